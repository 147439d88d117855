#include "tests/faults/good_base.h"

#define FAULT_CREATE faulty
static psa_status faulty(const psa_call *call, const psa_host *host, psa_instance **instance)
{
    (void)call, (void)host, (void)instance;
    abort();
}

#include "tests/faults/good_rest.h"
