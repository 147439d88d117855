/* destroy takes it for granted that there was a configuration. */
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

#define FAULT_CONFIGURE configure
static psa_status configure(const psa_call *call, psa_instance *instance, psa_str json);

#define FAULT_DESTROY faulty
NO_SANITIZER static void faulty(psa_instance *instance)
{
    if (instance == NULL)
        return;
    *(volatile char *)((struct state *)(void *)instance)->configuration = 0;
    free(((struct state *)(void *)instance)->configuration);
    free(instance);
}

#include "tests/faults/good_rest.h"

static psa_status configure(const psa_call *call, psa_instance *instance, psa_str json)
{
    struct state *state = (struct state *)(void *)instance;
    if (!good_is_object(json))
        return good_error(call, PSA_INVALID_CONFIG, TEXT("This is not a configuration."));
    if (state->configuration == NULL)
        state->configuration = (char *)malloc(16);
    return PSA_OK;
}
