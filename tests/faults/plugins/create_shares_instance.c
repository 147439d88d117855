/* Gives everybody the same instance. */
#include "tests/faults/good_base.h"

#define FAULT_CREATE faulty
static psa_status faulty(const psa_call *call, const psa_host *host, psa_instance **instance)
{
    static psa_instance only;
    (void)call, (void)host;
    *instance = &only;
    return PSA_OK;
}
#define FAULT_DESTROY keep
static void keep(psa_instance *instance)
{
    (void)instance;
}

#include "tests/faults/good_rest.h"
