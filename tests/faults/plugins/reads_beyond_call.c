/* Takes the host to be newer than it is: reads a member that comes after those of psa_call. */
#include "tests/faults/good_base.h"

struct newer_call
{
    psa_call known;
    void *added;
};

#define FAULT_TEST faulty
NO_SANITIZER static psa_status faulty(const psa_call *call, psa_instance *instance)
{
    void *volatile added = ((const struct newer_call *)(const void *)call)->added;
    (void)instance, (void)added;
    call->put_result(call, TEXT("{\"version\":1,\"summary\":\"Connected\"}"));
    return PSA_OK;
}

#include "tests/faults/good_rest.h"
