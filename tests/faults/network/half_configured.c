/* Takes the key before it knows whether the rest can be read. */
#include "tests/faults/good_psa.h"

#define FAULT_CONFIGURE faulty
static psa_status faulty(const psa_call *call, psa_instance *instance, psa_str json)
{
    const psa_str key = text_at(json, "apiKey", NULL);
    if (key.data != NULL)
        snprintf(state_of(instance)->key, sizeof state_of(instance)->key, "%.*s", (int)key.size, key.data);
    return psa_configure(call, instance, json);
}

#include "tests/faults/good_psa_rest.h"
