/* Gives a reserved member a meaning. */
#include "tests/faults/good_base.h"

#define FAULT_TEST faulty
static psa_status faulty(const psa_call *call, psa_instance *instance)
{
    (void)instance;
    if (call->reserved0 != 0)
        return good_error(call, PSA_UNAVAILABLE, TEXT("The host is not ready."));
    call->put_result(call, TEXT("{\"version\":1,\"summary\":\"Connected\"}"));
    return PSA_OK;
}

#include "tests/faults/good_rest.h"
