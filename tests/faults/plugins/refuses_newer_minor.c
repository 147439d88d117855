/* Wants the very host that it was built for. */
#include "tests/faults/good_base.h"

#define FAULT_ENTRY
#include "tests/faults/good_rest.h"

const psa_plugin_api *psa_plugin_entry(const psa_host *host)
{
    return host->abi_major == PSA_ABI_MAJOR && host->abi_minor <= PSA_ABI_MINOR ? &api : NULL;
}
