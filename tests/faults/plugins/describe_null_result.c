#include "tests/faults/good_base.h"

#define FAULT_DESCRIBE null_result
static psa_status null_result(const psa_call *call)
{
    call->put_result(call, good_text(NULL, 10));
    return PSA_OK;
}

#include "tests/faults/good_rest.h"
