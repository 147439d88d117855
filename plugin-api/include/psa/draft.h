/* SPDX-License-Identifier: Apache-2.0
 *
 * psa/draft.h: extensions still being tried out. They may change or go with any release of the plugin-api package, so a
 * plugin asks for them on purpose: define PSA_ENABLE_DRAFTS before the include. A draft's id stays the same when it
 * becomes stable; only its home moves to a header of its own.
 */
#ifndef PSA_DRAFT_H
#define PSA_DRAFT_H

#include <psa/plugin.h>

#ifndef PSA_ENABLE_DRAFTS
#error "psa/draft.h holds unstable extensions: define PSA_ENABLE_DRAFTS if you accept that they may change"
#endif

PSA_EXTERN_C_BEGIN

#define PSA_PROGRESS_ID "psa.progress/1"

/* Host service: tell what a long call is doing. Constant, valid as long as the process lives. draft in 1.0 */
typedef struct psa_progress
{
    uint32_t struct_size;
    uint32_t reserved0;

    /* What:      name the step that begins now, such as "Looking up the zone".
     * Arguments: call (in), the call under way; step (in), a few words for the operator.
     * Ownership: step is borrowed.
     * Threads:   [during call]
     * Blocks:    no
     * Statuses:  none
     * Since:     draft in 1.0 */
    void(PSA_CALL *step)(const psa_call *call, psa_str step);
} psa_progress;

PSA_EXTERN_C_END

#endif
