/* SPDX-License-Identifier: Apache-2.0
 *
 * psa/choices.h: the plugin extension psa.choices/1: the values that the PSA knows for a field (queues, companies ...),
 * so that nobody has to look up an id by hand. The descriptor's fields name their list with "choices".
 */
#ifndef PSA_CHOICES_H
#define PSA_CHOICES_H

#include <psa/plugin.h>

PSA_EXTERN_C_BEGIN

#define PSA_CHOICES_ID "psa.choices/1"

/* What is asked for. Made by the host, borrowed by list. since 1.0 */
typedef struct psa_choices_query
{
    uint32_t struct_size;
    uint32_t limit;          /* at most so many items, 1 to 500 */
    psa_str list;            /* the list's name, as the descriptor has it */
    psa_str query;           /* text that labels should contain, in any case; empty = all */
    psa_str cursor;          /* "nextCursor" of the page before; empty = the first page */
    psa_str depends_on_json; /* JSON object: field name -> the text in it, an id or a label; {} = none. docs/abi.md */
} psa_choices_query;

/* The extension. Constant, valid as long as the library is mapped; each function is required. since 1.0 */
typedef struct psa_choices
{
    uint32_t struct_size;
    uint32_t reserved0;

    /* What:      list one page of values.
     * Arguments: call (in); instance (in), configured; query (in). Result: schemas/choices.schema.json.
     * Ownership: query and its texts are borrowed; see put_result.
     * Threads:   [serial per instance]
     * Blocks:    yes, within the call's deadline
     * Statuses:  all but PSA_INVALID_TICKET and PSA_OUTCOME_UNKNOWN; PSA_NOT_FOUND = no list of that name
     * Since:     1.0 */
    psa_status(PSA_CALL *list)(const psa_call *call, psa_instance *instance, const psa_choices_query *query);
} psa_choices;

PSA_EXTERN_C_END

#endif
