/* Tries the key while it is being configured. */
#include "tests/faults/good_psa.h"

#define FAULT_CONFIGURE faulty
static psa_status faulty(const psa_call *call, psa_instance *instance, psa_str json)
{
    const psa_status status = psa_configure(call, instance, json);
    struct answer answer;
    if (status == PSA_OK)
        ask(state_of(instance), call, "/me", good_text("", 0), &answer);
    return status;
}

#include "tests/faults/good_psa_rest.h"
