/* Each instance has a process of its own, of which nobody knows. */
#include "tests/faults/good_psa.h"

#include <unistd.h>

#define FAULT_CREATE faulty
static psa_status faulty(const psa_call *call, const psa_host *host, psa_instance **instance)
{
    if (fork() == 0)
        for (;;)
            pause();
    return psa_create(call, host, instance);
}

#include "tests/faults/good_psa_rest.h"
