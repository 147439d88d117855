#include "tests/faults/good_base.h"

#define FAULT_TEST faulty
NO_SANITIZER static psa_status faulty(const psa_call *call, psa_instance *instance)
{
    int *volatile nowhere = NULL;
    (void)call, (void)instance;
    *(volatile int *)nowhere = 1;
    return PSA_OK;
}

#include "tests/faults/good_rest.h"
