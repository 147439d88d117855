/* Takes a field that it does not know for an error of its own. */
#include "tests/faults/good_base.h"

#define FAULT_CONFIGURE faulty
static psa_status faulty(const psa_call *call, psa_instance *instance, psa_str json);

#include "tests/faults/good_rest.h"

static psa_status faulty(const psa_call *call, psa_instance *instance, psa_str json)
{
    size_t i;
    (void)instance;
    if (!good_is_object(json))
        return good_error(call, PSA_INVALID_CONFIG, TEXT("This is not a configuration."));
    for (i = 0; i + 11 < json.size; ++i)
        if (memcmp(json.data + i, "noSuchField", 11) == 0)
            return good_error(call, PSA_INTERNAL, TEXT("This cannot be."));
    return PSA_OK;
}
