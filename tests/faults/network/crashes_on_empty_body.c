/* Reads the first character of a body that has none. */
#include "tests/faults/good_psa.h"

#define FAULT_TEST faulty
NO_SANITIZER static psa_status faulty(const psa_call *call, psa_instance *instance)
{
    struct answer answer;
    ask(state_of(instance), call, "/me", good_text("", 0), &answer);
    if (answer.status == 200 && answer.size == 0)
    {
        int *volatile nowhere = NULL;
        *(volatile int *)nowhere = 1;
    }
    return finish_test(call, &answer);
}

#include "tests/faults/good_psa_rest.h"
