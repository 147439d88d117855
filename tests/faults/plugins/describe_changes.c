#include "tests/faults/good_base.h"

#include <stdatomic.h>

#define FAULT_DESCRIBE faulty
static psa_status faulty(const psa_call *call)
{
    static atomic_int calls;
    if (atomic_fetch_add(&calls, 1) % 2 == 0)
        call->put_result(call, TEXT(DESCRIPTOR(FORM(""), "")));
    else
        call->put_result(call, TEXT(DESCRIPTOR(FORM(""), ",\"limits\":{\"instances\":2}")));
    return PSA_OK;
}

#include "tests/faults/good_rest.h"
