#include "tests/faults/good_base.h"

#define FAULT_TEST faulty
static psa_status faulty(const psa_call *call, psa_instance *instance)
{
    (void)instance;
    call->put_result(call, TEXT("{\"version\":1}"));
    return PSA_OK;
}

#include "tests/faults/good_rest.h"
