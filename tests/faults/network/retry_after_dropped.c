/* Says that it was too much, but not for how long. */
#include "tests/faults/good_psa.h"

#define FAULT_TEST faulty
static psa_status faulty(const psa_call *call, psa_instance *instance)
{
    struct answer answer;
    ask(state_of(instance), call, "/me", good_text("", 0), &answer);
    answer.retry_after_ms = 0;
    return finish_test(call, &answer);
}

#include "tests/faults/good_psa_rest.h"
