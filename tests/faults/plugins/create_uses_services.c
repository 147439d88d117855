/* Asks for a service in create, when the instance belongs to no connection yet. */
#include "tests/faults/good_base.h"

#include <psa/clock.h>
#define FAULT_CREATE faulty
static psa_status faulty(const psa_call *call, const psa_host *host, psa_instance **instance)
{
    if (host->get_extension(host, PSA_CLOCK_ID) == NULL)
        return good_error(call, PSA_INTERNAL, TEXT("There is no clock."));
    *instance = (psa_instance *)calloc(1, sizeof **instance);
    return *instance != NULL ? PSA_OK : good_error(call, PSA_INTERNAL, TEXT("no memory"));
}

#include "tests/faults/good_rest.h"
