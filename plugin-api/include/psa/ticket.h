/* SPDX-License-Identifier: Apache-2.0
 *
 * psa/ticket.h: the plugin extension psa.ticket/1: read one ticket back as the PSA has it now.
 */
#ifndef PSA_TICKET_H
#define PSA_TICKET_H

#include <psa/plugin.h>

PSA_EXTERN_C_BEGIN

#define PSA_TICKET_ID "psa.ticket/1"

/* The extension. Constant, valid as long as the library is mapped; each function is required. since 1.0 */
typedef struct psa_ticket
{
    uint32_t struct_size;
    uint32_t reserved0;

    /* What:      read one ticket: number, status, URL.
     * Arguments: call (in); instance (in), configured; ticket_id (in), "id" of a ticket result.
     *            Result: schemas/ticket-result.schema.json.
     * Ownership: ticket_id is borrowed; see put_result.
     * Threads:   [serial per instance]
     * Blocks:    yes, within the call's deadline
     * Statuses:  all but PSA_INVALID_TICKET and PSA_OUTCOME_UNKNOWN; PSA_NOT_FOUND = no such ticket
     * Since:     1.0 */
    psa_status(PSA_CALL *read)(const psa_call *call, psa_instance *instance, psa_str ticket_id);
} psa_ticket;

PSA_EXTERN_C_END

#endif
