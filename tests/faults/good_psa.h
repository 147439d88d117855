/* A good plugin in C for an imaginary PSA at https://psa.example.com/v1, from which the faults that only the network
 * shows differ in one thing. A fault includes this, then defines what it does differently as with good_base.h, then
 * includes good_psa_rest.h. The recordings in recorded/ are of a good run.
 *
 *   test    GET  /me                      {"user":"check"}
 *   create  GET  /queues                  {"queues":[{"id":"5","label":"Service Desk"}]}
 *           POST /tickets                 {"id":"42"}
 *   find    GET  /tickets?reference=R     {"tickets":[{"id":"42"}]}
 *   choices GET  /queues
 *   read    GET  /tickets/42              {"id":"42"}
 *
 * Updates of tickets are in good_psa_updates.h.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memmem */
#endif
#include "tests/faults/good_base.h"

#include "tests/faults/good_json.h"

#include <psa/choices.h>
#include <psa/find_ticket.h>
#include <psa/http.h>
#include <psa/ticket.h>

#include <stdio.h>

#ifndef FAULT_MUTATES /* of the request that creates a ticket */
#define FAULT_MUTATES PSA_HTTP_MUTATES
#endif
#ifndef FAULT_READ_FLAGS
#define FAULT_READ_FLAGS 0u
#endif
#ifndef FAULT_KEY_FLAGS
#define FAULT_KEY_FLAGS PSA_HTTP_SECRET
#endif

struct psa_state
{
    const psa_host *host;
    char key[300];
    int used; /* tickets that this instance has created; only some faults count them */
};

__attribute__((unused)) static struct psa_state *state_of(psa_instance *instance)
{
    return (struct psa_state *)(void *)instance;
}

/* What came back; the body is cut off where it does not fit, and is then no whole object. */
struct answer
{
    uint32_t delivery;
    uint32_t reason;
    uint32_t status;
    uint32_t retry_after_ms;
    int mutates;
    size_t size;
    char body[1 << 16];
};

static void keep_answer(void *user, const psa_http_response *response)
{
    struct answer *answer = (struct answer *)user;
    answer->delivery = response->delivery;
    answer->reason = response->reason;
    answer->status = response->status;
    answer->retry_after_ms = response->retry_after_ms;
    answer->size = response->body.size < sizeof answer->body ? response->body.size : sizeof answer->body;
    if (answer->size > 0)
        memcpy(answer->body, response->body.data, answer->size);
}

/* Sends one request; `body` makes it a POST that mutates. */
__attribute__((unused)) static void ask(struct psa_state *state, const psa_call *call, const char *path, psa_str body,
                                        struct answer *answer)
{
    const psa_http *http = (const psa_http *)state->host->get_extension(state->host, PSA_HTTP_ID);
    psa_http_request request;
    psa_http_header header;
    char url[300];
    memset(answer, 0, sizeof *answer);
    answer->reason = PSA_HTTP_REASON_POLICY; /* as if not sent, for a host without the service */
    answer->mutates = body.size > 0;
    snprintf(url, sizeof url, "https://psa.example.com/v1%s", path);
    memset(&header, 0, sizeof header);
    header.name = TEXT("Api-Key");
    header.value = good_text(state->key, strlen(state->key));
    header.flags = FAULT_KEY_FLAGS;
    memset(&request, 0, sizeof request);
    request.struct_size = sizeof request;
    request.flags = !answer->mutates                ? FAULT_READ_FLAGS
                    : strcmp(path, "/tickets") == 0 ? FAULT_MUTATES
                                                    : PSA_HTTP_MUTATES;
    request.method = answer->mutates ? TEXT("POST") : TEXT("GET");
    request.url = good_text(url, strlen(url));
    request.headers = &header;
    request.header_count = 1;
    request.body = body;
    if (http != NULL)
        http->send(call, &request, answer, keep_answer);
}

/* ---- what an answer means ------------------------------------------------------------------------------------ */

__attribute__((unused)) static psa_status unsent_status(uint32_t reason)
{
    return reason == PSA_HTTP_REASON_BUDGET                                           ? PSA_RATE_LIMITED
           : reason == PSA_HTTP_REASON_TIMEOUT                                        ? PSA_TIMEOUT
           : reason == PSA_HTTP_REASON_CANCELLED || reason == PSA_HTTP_REASON_DRY_RUN ? PSA_CANCELLED
                                                                                      : PSA_UNAVAILABLE;
}

/* PSA_OK if the answer is good and one object. */
__attribute__((unused)) static psa_status status_of(const struct answer *answer)
{
    const psa_status useless = answer->mutates ? PSA_OUTCOME_UNKNOWN : PSA_UNAVAILABLE;
    if (answer->delivery == PSA_HTTP_NOT_SENT)
        return unsent_status(answer->reason);
    if (answer->delivery == PSA_HTTP_NO_ANSWER)
        return answer->mutates ? PSA_OUTCOME_UNKNOWN : unsent_status(answer->reason);
    if (answer->status == 401)
        return PSA_AUTH;
    if (answer->status == 403)
        return PSA_PERMISSION;
    if (answer->status == 404)
        return PSA_INVALID_CONFIG;
    if (answer->status == 429)
        return PSA_RATE_LIMITED;
    if (answer->status >= 400 && answer->status < 500)
        return answer->mutates ? PSA_INVALID_TICKET : PSA_INTERNAL;
    return answer->status / 100 == 2 && is_object(answer->body, answer->size) ? PSA_OK : useless;
}

__attribute__((unused)) static psa_status fail(const psa_call *call, psa_status status, const struct answer *answer)
{
    psa_error error;
    memset(&error, 0, sizeof error);
    error.struct_size = sizeof error;
    error.status = status;
    error.http_status = answer->status;
    error.retry_after_ms = answer->retry_after_ms;
    error.user_message = TEXT("The PSA did not do what it was asked for.");
    error.hint = TEXT("See the log.");
    if (status == PSA_AUTH || status == PSA_PERMISSION)
        error.hint = TEXT("Check the API key and its rights under Configure.");
    call->put_error(call, &error);
    return status;
}

#include "tests/faults/good_verbs.h"

#include "tests/faults/good_psa_updates.h"
