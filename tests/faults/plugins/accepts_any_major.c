#include "tests/faults/good_base.h"

#define FAULT_ENTRY
#include "tests/faults/good_rest.h"

const psa_plugin_api *psa_plugin_entry(const psa_host *host)
{
    (void)host;
    return &api;
}
