/* SPDX-License-Identifier: Apache-2.0
 *
 * psa/find_ticket.h: the plugin extension psa.find-ticket/1. It turns an unknown outcome into a known one: without it a
 * human has to look after every lost answer.
 */
#ifndef PSA_FIND_TICKET_H
#define PSA_FIND_TICKET_H

#include <psa/plugin.h>

PSA_EXTERN_C_BEGIN

#define PSA_FIND_TICKET_ID "psa.find-ticket/1"

/* The extension. Constant, valid as long as the library is mapped; each function is required. since 1.0 */
typedef struct psa_find_ticket
{
    uint32_t struct_size;
    uint32_t reserved0;

    /* What:      find every ticket that carries a reference. None is a result, not an error.
     * Arguments: call (in); instance (in), configured; reference (in), as it was given to create_ticket, to be matched
     *            exactly. Result: schemas/found-tickets.schema.json.
     * Ownership: reference is borrowed; see put_result.
     * Threads:   [serial per instance]
     * Blocks:    yes, within the call's deadline
     * Statuses:  all but PSA_INVALID_TICKET, PSA_NOT_FOUND and PSA_OUTCOME_UNKNOWN
     * Since:     1.0 */
    psa_status(PSA_CALL *find)(const psa_call *call, psa_instance *instance, psa_str reference);
} psa_find_ticket;

PSA_EXTERN_C_END

#endif
