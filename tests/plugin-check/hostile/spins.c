#include "tests/faults/good_base.h"

#define FAULT_TEST hostile
static psa_status hostile(const psa_call *call, psa_instance *instance)
{
    volatile unsigned turns = 0;
    (void)call, (void)instance;
    for (;;)
        ++turns;
}

#include "tests/faults/good_rest.h"
