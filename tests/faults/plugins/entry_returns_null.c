#include "tests/faults/good_base.h"

#define FAULT_ENTRY
const psa_plugin_api *psa_plugin_entry(const psa_host *host)
{
    host->log(host, PSA_LOG_ERROR, TEXT("this plugin never likes its host"));
    return NULL;
}

#include "tests/faults/good_rest.h"
