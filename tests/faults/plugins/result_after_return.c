#include "tests/faults/good_base.h"

/* Keeps the call and uses it during the next one. */
#define FAULT_TEST late
static psa_status late(const psa_call *call, psa_instance *instance)
{
    static const psa_call *kept;
    (void)instance;
    if (kept != NULL)
        kept->put_result(kept, TEXT("{\"version\":1,\"summary\":\"too late\"}"));
    kept = call;
    call->put_result(call, TEXT("{\"version\":1,\"summary\":\"Connected\"}"));
    return PSA_OK;
}

#include "tests/faults/good_rest.h"
