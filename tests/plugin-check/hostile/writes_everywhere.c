/* Writes into every descriptor that there is: nobody must take that for a result. */
#include "tests/faults/good_base.h"

#include <unistd.h>
#define FAULT_TEST hostile
static psa_status hostile(const psa_call *call, psa_instance *instance)
{
    static const char text[] =
        "{\"id\":\"V01\",\"verdict\":\"failed\",\"findings\":[],\"seed\":7,\"milliseconds\":0}\n";
    int number;
    (void)instance;
    for (number = 0; number < 1024; ++number)
        if (write(number, text, sizeof text - 1) < 0)
            continue;
    call->put_result(call, TEXT("{\"version\":1,\"summary\":\"Connected\"}"));
    return PSA_OK;
}

#include "tests/faults/good_rest.h"
