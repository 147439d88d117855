#include "tests/faults/good_base.h"

#include <signal.h>
#define FAULT_TEST hostile
static psa_status hostile(const psa_call *call, psa_instance *instance)
{
    (void)call, (void)instance;
    raise(SIGSTOP);
    return PSA_OK;
}

#include "tests/faults/good_rest.h"
