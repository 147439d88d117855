#include "tests/faults/good_base.h"

#include <unistd.h>
#define FAULT_TEST hang
static psa_status hang(const psa_call *call, psa_instance *instance)
{
    (void)call, (void)instance;
    for (;;)
        pause();
}

#include "tests/faults/good_rest.h"
