/* A wrong key is called a fault of the plugin, so nobody corrects it. */
#include "tests/faults/good_psa.h"

#define FAULT_TEST faulty
static psa_status faulty(const psa_call *call, psa_instance *instance)
{
    struct answer answer;
    ask(state_of(instance), call, "/me", good_text("", 0), &answer);
    if (answer.status == 401)
        return fail(call, PSA_INTERNAL, &answer);
    return finish_test(call, &answer);
}

#include "tests/faults/good_psa_rest.h"
