#include "tests/faults/good_base.h"

#define FAULT_DESCRIBE silent
static psa_status silent(const psa_call *call)
{
    (void)call;
    return PSA_INTERNAL;
}

#include "tests/faults/good_rest.h"
