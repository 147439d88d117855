#include "tests/faults/good_base.h"

#define FAULT_TEST faulty
static psa_status faulty(const psa_call *call, psa_instance *instance)
{
    (void)instance;
    return good_error(call, PSA_OUTCOME_UNKNOWN, TEXT("A ticket may have been created."));
}

#include "tests/faults/good_rest.h"
