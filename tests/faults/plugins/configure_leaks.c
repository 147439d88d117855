/* Each configuration is kept beside the one before. */
#include "tests/faults/good_base.h"

struct state
{
    char *configuration;
};

#define FAULT_CREATE create
static psa_status create(const psa_call *call, const psa_host *host, psa_instance **instance)
{
    (void)host;
    *instance = (psa_instance *)calloc(1, sizeof(struct state));
    return *instance != NULL ? PSA_OK : good_error(call, PSA_INTERNAL, TEXT("no memory"));
}

#define FAULT_CONFIGURE faulty
static psa_status faulty(const psa_call *call, psa_instance *instance, psa_str json);

#include "tests/faults/good_rest.h"

static psa_status faulty(const psa_call *call, psa_instance *instance, psa_str json)
{
    if (!good_is_object(json))
        return good_error(call, PSA_INVALID_CONFIG, TEXT("This is not a configuration."));
    ((struct state *)(void *)instance)->configuration = (char *)calloc(1, json.size + 1);
    return PSA_OK;
}
