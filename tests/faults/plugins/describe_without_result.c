#include "tests/faults/good_base.h"

#define FAULT_DESCRIBE nothing
static psa_status nothing(const psa_call *call)
{
    (void)call;
    return PSA_OK;
}

#include "tests/faults/good_rest.h"
