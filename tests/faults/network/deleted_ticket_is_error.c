/* Fails for a deleted ticket instead of reporting that. */
#include "tests/faults/good_psa.h"

#define FAULT_ACTIVITY faulty
static psa_status faulty(const psa_call *call, psa_instance *instance, psa_str ticket_id, psa_str watermark)
{
    struct answer answer;
    char path[200];
    psa_str body;
    ticket_path(path, sizeof path, ticket_id, "/activity");
    ask(state_of(instance), call, path, good_text("", 0), &answer);
    if (is_gone(&answer) || status_of(&answer) != PSA_OK)
        return fail_update(call, &answer);
    body = good_text(answer.body, answer.size);
    if (!is_plain(text_at(body, "last", NULL)))
        return fail(call, PSA_UNAVAILABLE, &answer);
    return put_activity(call, number_in(watermark) > 0 ? "no" : "unclear", text_at(body, "last", NULL));
}

#include "tests/faults/good_psa_rest.h"
