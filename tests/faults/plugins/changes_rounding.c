/* Rounds as it likes, and leaves it so. */
#include "tests/faults/good_base.h"

#include <fenv.h>
#define FAULT_TEST faulty
static psa_status faulty(const psa_call *call, psa_instance *instance)
{
    (void)instance;
    fesetround(FE_UPWARD);
    call->put_result(call, TEXT("{\"version\":1,\"summary\":\"Connected\"}"));
    return PSA_OK;
}

#include "tests/faults/good_rest.h"
