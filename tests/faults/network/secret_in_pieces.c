/* Logs the beginning of what came back, cut where it happens to be: half a key is not found by who looks for keys. */
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
