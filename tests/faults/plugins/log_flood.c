#include "tests/faults/good_base.h"

#define FAULT_TEST flood
static psa_status flood(const psa_call *call, psa_instance *instance)
{
    int line;
    (void)instance;
    for (line = 0; line < 5000; ++line)
        call->log(call, 77, TEXT("\x1B[31mred\r line"));
    call->put_result(call, TEXT("{\"version\":1,\"summary\":\"Connected\"}"));
    return PSA_OK;
}

#include "tests/faults/good_rest.h"
