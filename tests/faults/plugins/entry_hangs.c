#include "tests/faults/good_base.h"

#include <unistd.h>
#define FAULT_ENTRY
const psa_plugin_api *psa_plugin_entry(const psa_host *host)
{
    (void)host;
    for (;;)
        pause();
}

#include "tests/faults/good_rest.h"
