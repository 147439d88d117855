#include "tests/faults/good_base.h"

#define FAULT_TEST faulty
static psa_status faulty(const psa_call *call, psa_instance *instance)
{
    (void)instance;
    static char huge[2 << 20];
    call->put_result(call, good_text(huge, sizeof huge));
    return PSA_OK;
}

#include "tests/faults/good_rest.h"
