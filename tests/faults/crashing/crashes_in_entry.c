#include "tests/faults/good_base.h"

#define FAULT_ENTRY faulty
NO_SANITIZER const psa_plugin_api *psa_plugin_entry(const psa_host *host)
{
    int *volatile nowhere = NULL;
    (void)host;
    *(volatile int *)nowhere = 1;
    return NULL;
}

#include "tests/faults/good_rest.h"
