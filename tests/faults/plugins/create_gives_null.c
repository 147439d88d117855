#include "tests/faults/good_base.h"

#define FAULT_CREATE create_null
static psa_status create_null(const psa_call *call, const psa_host *host, psa_instance **instance)
{
    (void)call, (void)host, (void)instance;
    return PSA_OK;
}

#include "tests/faults/good_rest.h"
