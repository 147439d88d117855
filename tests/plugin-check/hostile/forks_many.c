/* Leaves many processes, each in a session of its own. */
#include "tests/faults/good_base.h"

#include "tests/plugin-check/hostile/leave_process.h"

#define FAULT_TEST hostile
static psa_status hostile(const psa_call *call, psa_instance *instance)
{
    int i;
    (void)instance;
    for (i = 0; i < 20; ++i)
        leave_process(0);
    call->put_result(call, TEXT("{\"version\":1,\"summary\":\"Connected\"}"));
    return PSA_OK;
}

#include "tests/faults/good_rest.h"
