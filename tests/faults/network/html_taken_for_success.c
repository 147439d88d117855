/* Any body of a good status will do. */
#include "tests/faults/good_psa.h"

#define FAULT_TEST faulty
static psa_status faulty(const psa_call *call, psa_instance *instance)
{
    struct answer answer;
    ask(state_of(instance), call, "/me", good_text("", 0), &answer);
    if (answer.status / 100 == 2)
    {
        call->put_result(call, TEXT("{\"version\":1,\"summary\":\"Connected\"}"));
        return PSA_OK;
    }
    return finish_test(call, &answer);
}

#include "tests/faults/good_psa_rest.h"
