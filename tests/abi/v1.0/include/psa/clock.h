/* SPDX-License-Identifier: Apache-2.0
 *
 * psa/clock.h: the host service psa.clock/1. Take the time from here and not from the system, so that a test can
 * replace it.
 */
#ifndef PSA_CLOCK_H
#define PSA_CLOCK_H

#include <psa/plugin.h>

PSA_EXTERN_C_BEGIN

#define PSA_CLOCK_ID "psa.clock/1"

/* The service. Constant, valid as long as the process lives. since 1.0 */
typedef struct psa_clock
{
    uint32_t struct_size;
    uint32_t reserved0;

    /* What:      milliseconds since some fixed moment; never goes back. For durations.
     * Arguments: call (in), the call under way.
     * Ownership: nothing changes hands.
     * Threads:   [during call]
     * Blocks:    no
     * Statuses:  none
     * Since:     1.0 */
    int64_t(PSA_CALL *monotonic_ms)(const psa_call *call);

    /* What:      milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted; may jump. For dates.
     * Arguments: call (in), the call under way.
     * Ownership: nothing changes hands.
     * Threads:   [during call]
     * Blocks:    no
     * Statuses:  none
     * Since:     1.0 */
    int64_t(PSA_CALL *unix_ms)(const psa_call *call);
} psa_clock;

PSA_EXTERN_C_END

#endif
