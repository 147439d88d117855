/* Each host gets a table of its own. */
#include "tests/faults/good_base.h"

#define FAULT_ENTRY
#include "tests/faults/good_rest.h"

const psa_plugin_api *psa_plugin_entry(const psa_host *host)
{
    psa_plugin_api *table = NULL;
    if (host->abi_major != PSA_ABI_MAJOR || (table = (psa_plugin_api *)malloc(sizeof *table)) == NULL)
        return NULL;
    *table = api;
    return table;
}
