/* Logs what it was configured with. */
#include "tests/faults/good_psa.h"

#define FAULT_CONFIGURE faulty
static psa_status faulty(const psa_call *call, psa_instance *instance, psa_str json)
{
    const psa_status status = psa_configure(call, instance, json);
    char line[400];
    snprintf(line, sizeof line, "configured with the key %s", state_of(instance)->key);
    if (status == PSA_OK)
        call->log(call, PSA_LOG_DEBUG, good_text(line, strlen(line)));
    return status;
}

#include "tests/faults/good_psa_rest.h"
