#include "tests/faults/good_base.h"

#include <unistd.h>
#define FAULT_TEST wait_for_cancel
static psa_status wait_for_cancel(const psa_call *call, psa_instance *instance)
{
    (void)instance;
    while (!call->is_cancelled(call))
        usleep(1000);
    return good_error(call, PSA_CANCELLED, TEXT("stopped as asked"));
}

#include "tests/faults/good_rest.h"
