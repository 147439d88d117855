#include "tests/faults/good_base.h"

#include <unistd.h>

#define FAULT_ENTRY faulty
const psa_plugin_api *psa_plugin_entry(const psa_host *host)
{
    (void)host;
    _exit(0);
}

#include "tests/faults/good_rest.h"
