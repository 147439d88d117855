/* SPDX-License-Identifier: Apache-2.0
 *
 * psa/http.h: the host service psa.http/1, a plugin's only way to the network.
 *
 * The host does TLS with verification, the egress policy, timeouts from the call's deadline, cancel, connection reuse,
 * limits and redaction. Its answer says which of three things happened, and that is what makes "exactly once" possible.
 *
 * For who translates this header: on 64-bit Linux psa_http_header has 40 bytes, psa_http_request 96, psa_http_response 72 and
 * psa_http 16; docs/abi.md has the offset of each member of every struct.
 */
#ifndef PSA_HTTP_H
#define PSA_HTTP_H

#include <psa/plugin.h>

PSA_EXTERN_C_BEGIN

#define PSA_HTTP_ID "psa.http/1"

/* psa_http_request.flags. since 1.0 */
#define PSA_HTTP_MUTATES 1u /* may change something in the PSA: never sent twice by the host, held back in a dry run */
#if PSA_TARGET_MINOR >= 1
/* The body of the answer holds secrets, such as the tokens of a login. Wherever the host shows or stores the exchange
 * (recordings, audit log, dry run), texts of a JSON body are placeholders, and so is any other body as a whole;
 * docs/recordings.md has the rule. After a 2xx the host also learns the texts that could be tokens, as psa/secrets.h
 * says. Only for a plugin that needs minor 1: an older host would record the answer, so from a plugin that says it works
 * with minor 0 the host refuses the request (PSA_INTERNAL). since 1.1 */
#define PSA_HTTP_SECRET_ANSWER 2u
#endif

/* psa_http_header.flags. since 1.0 */
#define PSA_HTTP_SECRET 1u /* the value is redacted wherever the host shows or stores the request */

/* How far a request got. since 1.0 */
typedef uint32_t psa_http_delivery;
#define PSA_HTTP_NOT_SENT 0u  /* no byte of it left: safe to send again */
#define PSA_HTTP_NO_ANSWER 1u /* bytes left and nothing usable came back: the outcome is unknown */
#define PSA_HTTP_ANSWERED 2u  /* status, headers and body are there */

/* Why it got no further. since 1.0 */
typedef uint32_t psa_http_reason;
#define PSA_HTTP_REASON_NONE 0u      /* it was answered */
#define PSA_HTTP_REASON_POLICY 1u    /* host, address, method or header is not allowed; see detail */
#define PSA_HTTP_REASON_DNS 2u       /* the name does not resolve */
#define PSA_HTTP_REASON_CONNECT 3u   /* nothing accepts the connection */
#define PSA_HTTP_REASON_TLS 4u       /* handshake or certificate; see detail */
#define PSA_HTTP_REASON_BUDGET 5u    /* the limit that the descriptor declares is used up; see retry_after_ms */
#define PSA_HTTP_REASON_TIMEOUT 6u   /* the deadline or the request's own timeout passed */
#define PSA_HTTP_REASON_CANCELLED 7u /* the host asked the call to stop */
#define PSA_HTTP_REASON_CLOSED 8u    /* the connection ended before a whole answer */
#define PSA_HTTP_REASON_INVALID 9u   /* the answer is not HTTP, or larger than the host accepts */
#define PSA_HTTP_REASON_DRY_RUN 10u  /* held back: the host only shows what would have been sent */

/* One header. No struct_size: it is an array element, and the stride must not change. Frozen for ever. since 1.0 */
typedef struct psa_http_header
{
    psa_str name;
    psa_str value;
    uint32_t flags; /* PSA_HTTP_SECRET */
    uint32_t reserved0;
} psa_http_header;

/* A request. Made by the plugin, borrowed by send. since 1.0 */
typedef struct psa_http_request
{
    uint32_t struct_size;           /* sizeof(psa_http_request) */
    uint32_t flags;                 /* PSA_HTTP_MUTATES, PSA_HTTP_SECRET_ANSWER; others are ignored */
    psa_str method;                 /* upper case, "GET" */
    psa_str url;                    /* absolute, https, without user info */
    const psa_http_header *headers; /* NULL only where header_count is 0 */
    size_t header_count;            /* at most 100 */
    psa_str body;
    psa_str limit_key;   /* which declared limit it counts against; empty = the connection's common one */
    uint32_t timeout_ms; /* in milliseconds from send on; 0 = the call's deadline alone */
    uint32_t reserved0;
} psa_http_request;

/* An answer. Made by the host, borrowed by the callback. since 1.0 */
typedef struct psa_http_response
{
    uint32_t struct_size;
    psa_http_delivery delivery;
    psa_http_reason reason;
    uint32_t status; /* HTTP status, 0 unless answered */
    const psa_http_header *headers;
    size_t header_count;
    psa_str body;
    psa_str detail;          /* for the log, redacted: what exactly went wrong */
    uint32_t retry_after_ms; /* milliseconds: from Retry-After in either form, or until budget is free; 0 = not said */
    uint32_t reserved0;
} psa_http_response;

/* What:      receives the answer.
 * Arguments: user (in), as given to send; response (in).
 * Ownership: response and all it points to are borrowed until the callback returns.
 * Threads:   on the thread that called send, before send returns.
 * Blocks:    no
 * Statuses:  none
 * Since:     1.0 */
typedef void(PSA_CALL *psa_http_on_response)(void *user, const psa_http_response *response);

/* The service. Constant, valid as long as the process lives. since 1.0 */
typedef struct psa_http
{
    uint32_t struct_size;
    uint32_t reserved0;

    /* What:      send one request and wait for its end. Redirects are not followed. A read whose connection ended before a
     *            whole answer, with or without a TLS close_notify, is tried once more on a fresh connection; a request with
     *            PSA_HTTP_MUTATES never is.
     * Arguments: call (in), the call under way; request (in); user (in), handed through; on_response (in), called
     *            exactly once if PSA_OK is returned, else never.
     * Ownership: everything is borrowed until send returns.
     * Threads:   [during call]
     * Blocks:    yes, within the call's deadline and the request's timeout
     * Statuses:  PSA_OK: on_response was called, whatever happened to the request; PSA_INTERNAL: the arguments are wrong
     *            (the host logs how)
     * Since:     1.0 */
    psa_status(PSA_CALL *send)(const psa_call *call, const psa_http_request *request, void *user,
                               psa_http_on_response on_response);
} psa_http;

PSA_EXTERN_C_END

#endif
