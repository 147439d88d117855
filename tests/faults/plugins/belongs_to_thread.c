/* Remembers in the thread whether it was configured. */
#include "tests/faults/good_base.h"

static __thread int tested;

#define FAULT_TEST faulty
static psa_status faulty(const psa_call *call, psa_instance *instance)
{
    static int before;
    (void)instance;
    if (before && !tested)
        return good_error(call, PSA_AUTH, TEXT("Nobody has logged in."));
    before = tested = 1;
    call->put_result(call, TEXT("{\"version\":1,\"summary\":\"Connected\"}"));
    return PSA_OK;
}

#include "tests/faults/good_rest.h"
