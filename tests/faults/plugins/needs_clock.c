/* Does not ask whether the host has the service at all. */
#include "tests/faults/good_base.h"

#include <psa/clock.h>

struct needs_clock
{
    const psa_host *host;
};

#define FAULT_CREATE create
static psa_status create(const psa_call *call, const psa_host *host, psa_instance **instance)
{
    struct needs_clock *made = (struct needs_clock *)calloc(1, sizeof *made);
    if (made == NULL)
        return good_error(call, PSA_INTERNAL, TEXT("no memory"));
    made->host = host;
    *instance = (psa_instance *)(void *)made;
    return PSA_OK;
}

#define FAULT_TEST faulty
NO_SANITIZER static psa_status faulty(const psa_call *call, psa_instance *instance)
{
    const psa_host *host = ((struct needs_clock *)(void *)instance)->host;
    const psa_clock *clock = (const psa_clock *)host->get_extension(host, PSA_CLOCK_ID);
    clock->monotonic_ms(call);
    call->put_result(call, TEXT("{\"version\":1,\"summary\":\"Connected\"}"));
    return PSA_OK;
}

#include "tests/faults/good_rest.h"
