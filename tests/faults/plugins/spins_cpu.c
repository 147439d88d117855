/* Computes for ever once it was asked to stop. */
#include "tests/faults/good_psa.h"

#define FAULT_TEST faulty
static psa_status faulty(const psa_call *call, psa_instance *instance)
{
    const psa_status status = psa_test(call, instance);
    volatile unsigned spins = 0;
    while (call->is_cancelled(call))
        ++spins;
    return status;
}

#include "tests/faults/good_psa_rest.h"
