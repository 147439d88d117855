/* Whatever it is asked for, it finds its favourite. */
#include "tests/faults/good_psa.h"

#define FAULT_FIND faulty
static psa_status faulty(const psa_call *call, psa_instance *instance, psa_str reference)
{
    struct answer answer;
    char path[100];
    snprintf(path, sizeof path, "/tickets?reference=%.*s", (int)reference.size, reference.data);
    ask(state_of(instance), call, path, good_text("", 0), &answer);
    if (status_of(&answer) != PSA_OK)
        return fail(call, status_of(&answer), &answer);
    call->put_result(call, TEXT("{\"version\":1,\"tickets\":[{\"id\":\"7\"}]}"));
    return PSA_OK;
}

#include "tests/faults/good_psa_rest.h"
