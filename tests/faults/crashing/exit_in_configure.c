#include "tests/faults/good_base.h"

#include <unistd.h>
#define FAULT_CONFIGURE faulty
static psa_status faulty(const psa_call *call, psa_instance *instance, psa_str json)
{
    (void)call, (void)instance, (void)json;
    _exit(7);
}

#include "tests/faults/good_rest.h"
