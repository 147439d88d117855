/* The operator reads that it failed, and not what to do. */
#include "tests/faults/good_psa.h"

#define FAULT_TEST faulty
static psa_status faulty(const psa_call *call, psa_instance *instance)
{
    struct answer answer;
    ask(state_of(instance), call, "/me", good_text("", 0), &answer);
    return answer.status == 401 ? good_error(call, PSA_AUTH, TEXT("401")) : finish_test(call, &answer);
}

#include "tests/faults/good_psa_rest.h"
