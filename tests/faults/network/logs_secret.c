/* Logs the key with which it asks. */
#include "tests/faults/good_psa.h"

#define FAULT_TEST faulty
static psa_status faulty(const psa_call *call, psa_instance *instance)
{
    char line[400];
    snprintf(line, sizeof line, "GET /me with %s", state_of(instance)->key);
    call->log(call, PSA_LOG_DEBUG, good_text(line, strlen(line)));
    return psa_test(call, instance);
}

#include "tests/faults/good_psa_rest.h"
