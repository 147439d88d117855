/* Calls a change invalid because the PSA's limit was used up. */
#include "tests/faults/good_psa.h"

#define FAULT_CHANGE faulty
static psa_status faulty(const psa_call *call, psa_instance *instance, psa_str ticket_id, psa_str change)
{
    struct answer answer;
    char path[200];
    const psa_str status = text_at(change, "status", NULL);
    memset(&answer, 0, sizeof answer);
    if (!is_plain(status))
        return fail(call, PSA_INVALID_TICKET, &answer);
    ticket_path(path, sizeof path, ticket_id, "");
    ask(state_of(instance), call, path, good_text("", 0), &answer);
    if (answer.delivery == PSA_HTTP_ANSWERED && answer.status == 429)
        return fail(call, PSA_INVALID_TICKET, &answer);
    return finish_change(call, instance, ticket_id, status, &answer);
}

#include "tests/faults/good_psa_rest.h"
