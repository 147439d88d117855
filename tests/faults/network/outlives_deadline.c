/* Waits a while before it tells that the time is up. */
#include "tests/faults/good_psa.h"

#include <unistd.h>

#define FAULT_TEST faulty
static psa_status faulty(const psa_call *call, psa_instance *instance)
{
    struct answer answer;
    ask(state_of(instance), call, "/me", good_text("", 0), &answer);
    if (answer.reason == PSA_HTTP_REASON_TIMEOUT)
        usleep(800 * 1000);
    return finish_test(call, &answer);
}

#include "tests/faults/good_psa_rest.h"
