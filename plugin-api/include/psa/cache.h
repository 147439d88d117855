/* SPDX-License-Identifier: Apache-2.0
 *
 * psa/cache.h: the host service psa.cache/1: small values with an expiry, shared by the instances of one connection.
 * For what is dear to ask again: a zone, pick-lists. Empty after a restart and after each change of configuration. An
 * entry can vanish at any time; never keep a secret in it.
 */
#ifndef PSA_CACHE_H
#define PSA_CACHE_H

#include <psa/plugin.h>

PSA_EXTERN_C_BEGIN

#define PSA_CACHE_ID "psa.cache/1"

/* What:      receives a value.
 * Arguments: user (in), as given to get; value (in).
 * Ownership: value is borrowed until the callback returns.
 * Threads:   on the thread that called get, before get returns.
 * Blocks:    no
 * Statuses:  none
 * Since:     1.0 */
typedef void(PSA_CALL *psa_cache_on_value)(void *user, psa_str value);

/* The service. Constant, valid as long as the process lives. since 1.0 */
typedef struct psa_cache
{
    uint32_t struct_size;
    uint32_t reserved0;

    /* What:      look up a value.
     * Arguments: call (in), the call under way; key (in), 1 to 200 bytes; user (in), handed through; on_value (in),
     *            called once if the key is there and not expired.
     * Ownership: key is borrowed.
     * Threads:   [during call]
     * Blocks:    no
     * Statuses:  PSA_OK: on_value was called; PSA_NOT_FOUND; PSA_INTERNAL: the arguments are wrong
     * Since:     1.0 */
    psa_status(PSA_CALL *get)(const psa_call *call, psa_str key, void *user, psa_cache_on_value on_value);

    /* What:      keep a value, replacing an older one. An empty value removes the key.
     * Arguments: call (in), the call under way; key (in), 1 to 200 bytes; value (in), at most 1 MiB; ttl_ms (in), how
     *            long it is good, at most 86,400,000 (a day).
     * Ownership: key and value are borrowed; the host copies.
     * Threads:   [during call]
     * Blocks:    no
     * Statuses:  PSA_OK; PSA_RATE_LIMITED: the connection's share of memory is used up, the value is not kept;
     *            PSA_INTERNAL: the arguments are wrong
     * Since:     1.0 */
    psa_status(PSA_CALL *put)(const psa_call *call, psa_str key, psa_str value, uint32_t ttl_ms);
} psa_cache;

PSA_EXTERN_C_END

#endif
