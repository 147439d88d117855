#include "tests/faults/good_psa.h"

#define FAULT_CONFIGURE faulty
static psa_status faulty(const psa_call *call, psa_instance *instance, psa_str json)
{
    const psa_str key = text_at(json, "apiKey", NULL);
    (void)call;
    snprintf(state_of(instance)->key, sizeof state_of(instance)->key, "%.*s", (int)key.size,
             key.data != NULL ? key.data : "");
    return PSA_OK;
}

#include "tests/faults/good_psa_rest.h"
