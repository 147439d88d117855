#include "tests/faults/good_psa.h"

#define FAULT_TEST faulty
static psa_status faulty(const psa_call *call, psa_instance *instance)
{
    void *volatile lost = calloc(1, 20000);
    (void)lost;
    return psa_test(call, instance);
}

#include "tests/faults/good_psa_rest.h"
