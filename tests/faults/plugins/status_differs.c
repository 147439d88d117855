#include "tests/faults/good_base.h"

#define FAULT_TEST faulty
static psa_status faulty(const psa_call *call, psa_instance *instance)
{
    (void)instance;
    good_error(call, PSA_AUTH, TEXT("no"));
    return PSA_TIMEOUT;
}

#include "tests/faults/good_rest.h"
