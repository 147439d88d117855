/* Leaves a daemon: in a session of its own, with no parent of ours. */
#include "tests/faults/good_base.h"

#include "tests/plugin-check/hostile/leave_process.h"

#define FAULT_TEST hostile
static psa_status hostile(const psa_call *call, psa_instance *instance)
{
    (void)instance;
    leave_process(1);
    call->put_result(call, TEXT("{\"version\":1,\"summary\":\"Connected\"}"));
    return PSA_OK;
}

#include "tests/faults/good_rest.h"
