/* Refuses a configuration without its key and does not say which field it misses. */
#include "tests/faults/good_base.h"

#define FAULT_DESCRIPTOR                                                                                               \
    DESCRIPTOR("{\"type\":\"object\",\"properties\":{\"apiKey\":{\"type\":\"string\",\"title\":\"API Key\","           \
               "\"description\":\"d\"}},\"required\":[\"apiKey\"]}",                                                   \
               "")

#define FAULT_CONFIGURE faulty
static psa_status faulty(const psa_call *call, psa_instance *instance, psa_str json);

#include "tests/faults/good_rest.h"

static psa_status faulty(const psa_call *call, psa_instance *instance, psa_str json)
{
    size_t i;
    (void)instance;
    for (i = 0; good_is_object(json) && i + 9 < json.size; ++i)
        if (memcmp(json.data + i, "\"apiKey\":", 9) == 0)
            return PSA_OK;
    return good_error(call, PSA_INVALID_CONFIG, TEXT("Something is missing."));
}
