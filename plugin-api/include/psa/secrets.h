/* SPDX-License-Identifier: Apache-2.0
 *
 * psa/secrets.h: the host service psa.secrets/1: secrets that a plugin gets while it runs, such as the token of a login.
 * Those of the configuration, and the values of headers marked PSA_HTTP_SECRET, the host knows already. It offers the
 * service since ABI 1.1; an older one answers NULL for it.
 *
 * What the host has learned it replaces wherever it shows or stores something of the connection: log, errors, audit log,
 * recordings. It remembers the 64 newest, together with the values of secret headers, and those that are kept. A text of
 * less than 4 bytes is refused: it would match everywhere.
 */
#ifndef PSA_SECRETS_H
#define PSA_SECRETS_H

#include <psa/plugin.h>

PSA_EXTERN_C_BEGIN

#define PSA_SECRETS_ID "psa.secrets/1"

/* What:      receives a kept secret.
 * Arguments: user (in), as given to get; value (in).
 * Ownership: value is borrowed until the callback returns.
 * Threads:   on the thread that called get, before get returns.
 * Blocks:    no
 * Statuses:  none
 * Since:     1.1 */
typedef void(PSA_CALL *psa_secrets_on_value)(void *user, psa_str value);

/* The service. Constant, valid as long as the process lives. since 1.1 */
typedef struct psa_secrets
{
    uint32_t struct_size;
    uint32_t reserved0;

    /* What:      make a text known as a secret of the connection. Its words of 8 bytes and more, between spaces, count as
     *            secrets too. Not in create and configure, which have no connection.
     * Arguments: call (in), the call under way; text (in), 4 to 16,384 bytes.
     * Ownership: text is borrowed; the host copies.
     * Threads:   [during call]
     * Blocks:    no
     * Statuses:  PSA_OK; PSA_INTERNAL: the arguments are wrong, or the call has no connection (the host logs which)
     * Since:     1.1 */
    psa_status(PSA_CALL *learn)(const psa_call *call, psa_str text);

    /* What:      keep a secret for all instances of the connection, replacing an older one. An empty value removes the key.
     *            It is in memory alone: never stored, never recorded, and gone after a restart, a change of the
     *            configuration, or its time. A value is learned as long as it is kept; of a JSON document each text that
     *            could be a token is. The key is not a secret.
     * Arguments: call (in), the call under way; key (in), 1 to 200 bytes; value (in), 4 to 16,384 bytes or empty; ttl_ms
     *            (in), how long it is good, at most 2,592,000,000 (30 days).
     * Ownership: key and value are borrowed; the host copies.
     * Threads:   [during call]
     * Blocks:    no
     * Statuses:  PSA_OK; PSA_RATE_LIMITED: the connection keeps 32 already, this one is not kept; PSA_INTERNAL: as learn
     * Since:     1.1 */
    psa_status(PSA_CALL *keep)(const psa_call *call, psa_str key, psa_str value, uint32_t ttl_ms);

    /* What:      look up a kept secret.
     * Arguments: call (in), the call under way; key (in), 1 to 200 bytes; user (in), handed through; on_value (in),
     *            called once if the key is there and not expired.
     * Ownership: key is borrowed.
     * Threads:   [during call]
     * Blocks:    no
     * Statuses:  PSA_OK: on_value was called; PSA_NOT_FOUND; PSA_INTERNAL: as learn
     * Since:     1.1 */
    psa_status(PSA_CALL *get)(const psa_call *call, psa_str key, void *user, psa_secrets_on_value on_value);
} psa_secrets;

PSA_EXTERN_C_END

#endif
