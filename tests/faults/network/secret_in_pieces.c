/* Logs the start of a response, which may cut a key in two: a search for the whole key does not find half of it. */
#include "tests/faults/good_psa.h"

#define FAULT_TEST faulty
static psa_status faulty(const psa_call *call, psa_instance *instance)
{
    struct answer answer;
    ask(state_of(instance), call, "/me", good_text("", 0), &answer);
    if (answer.status >= 400)
        call->log(call, PSA_LOG_WARNING, good_text(answer.body, answer.size < 64 ? answer.size : 64));
    return finish_test(call, &answer);
}

#include "tests/faults/good_psa_rest.h"
