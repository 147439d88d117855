#include "tests/faults/good_psa.h"

#define FAULT_CREATE faulty
static psa_status faulty(const psa_call *call, const psa_host *host, psa_instance **instance)
{
    void *volatile lost = calloc(1, 20000);
    (void)lost;
    return psa_create(call, host, instance);
}

#include "tests/faults/good_psa_rest.h"
