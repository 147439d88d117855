#include "tests/faults/good_psa.h"

#include <fcntl.h>

#define FAULT_TEST faulty
static psa_status faulty(const psa_call *call, psa_instance *instance)
{
    open("/dev/null", O_RDONLY | O_CLOEXEC);
    return psa_test(call, instance);
}

#include "tests/faults/good_psa_rest.h"
