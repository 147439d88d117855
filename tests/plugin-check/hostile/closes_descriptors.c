/* Closes everything, whoever it belongs to. */
#include "tests/faults/good_base.h"

#include <unistd.h>
#define FAULT_TEST hostile
static psa_status hostile(const psa_call *call, psa_instance *instance)
{
    int number;
    (void)instance;
    for (number = 0; number < 1024; ++number)
        close(number);
    call->put_result(call, TEXT("{\"version\":1,\"summary\":\"Connected\"}"));
    return PSA_OK;
}

#include "tests/faults/good_rest.h"
