/* Looks for the end of a number that is too large. */
#include "tests/faults/good_psa.h"

#define FAULT_CONFIGURE faulty
static psa_status faulty(const psa_call *call, psa_instance *instance, psa_str json)
{
    volatile int forever = memmem(json.data, json.size, "1e999", 5) != NULL;
    while (forever)
        ;
    return psa_configure(call, instance, json);
}

#include "tests/faults/good_psa_rest.h"
