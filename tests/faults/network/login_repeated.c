/* Tries a refused key again, which locks the user. */
#include "tests/faults/good_psa.h"

#define FAULT_TEST faulty
static psa_status faulty(const psa_call *call, psa_instance *instance)
{
    struct answer answer;
    ask(state_of(instance), call, "/me", good_text("", 0), &answer);
    if (answer.status == 401)
        ask(state_of(instance), call, "/me", good_text("", 0), &answer);
    return finish_test(call, &answer);
}

#include "tests/faults/good_psa_rest.h"
