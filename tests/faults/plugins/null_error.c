#include "tests/faults/good_base.h"

#define FAULT_TEST faulty
static psa_status faulty(const psa_call *call, psa_instance *instance)
{
    (void)instance;
    call->put_error(call, NULL);
    return PSA_AUTH;
}

#include "tests/faults/good_rest.h"
