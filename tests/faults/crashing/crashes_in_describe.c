#include "tests/faults/good_base.h"

#define FAULT_DESCRIBE faulty
static psa_status faulty(const psa_call *call)
{
    (void)call;
    abort();
}

#include "tests/faults/good_rest.h"
