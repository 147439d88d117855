#include "tests/faults/good_base.h"

#include <unistd.h>

#define FAULT_ENTRY
#include "tests/faults/good_rest.h"

/* Comes back, but everybody who lists plugins waits for it. */
const psa_plugin_api *psa_plugin_entry(const psa_host *host)
{
    usleep(400 * 1000);
    return host->abi_major == PSA_ABI_MAJOR ? &api : NULL;
}
