/* A good plugin of which two instances may work at once. Its configuration decides what it does:
 * "refuse" is refused by configure, "hang" makes test hang, "wait" makes test wait for the cancel; with any other
 * text test succeeds and shows it. */
#include "tests/faults/good_base.h"

#include <stdio.h>
#include <unistd.h>

#define FAULT_DESCRIPTOR DESCRIPTOR(FORM(""), ",\"limits\":{\"instances\":2}")

struct pool_instance
{
    char configuration[100];
};

#define FAULT_CREATE create
static psa_status create(const psa_call *call, const psa_host *host, psa_instance **instance)
{
    (void)call, (void)host;
    *instance = (psa_instance *)calloc(1, sizeof(struct pool_instance));
    return PSA_OK;
}

#define FAULT_CONFIGURE configure
static psa_status configure(const psa_call *call, psa_instance *instance, psa_str json)
{
    if (json.size == 6 && memcmp(json.data, "refuse", 6) == 0)
        return good_error(call, PSA_INVALID_CONFIG, TEXT("refused on purpose"));
    snprintf(((struct pool_instance *)instance)->configuration, sizeof(struct pool_instance), "%.*s", (int)json.size,
             json.data);
    return PSA_OK;
}

#define FAULT_TEST test
static psa_status test(const psa_call *call, psa_instance *instance)
{
    const char *configuration = ((struct pool_instance *)instance)->configuration;
    char result[200];
    if (strcmp(configuration, "hang") == 0)
        for (;;)
            pause();
    if (strcmp(configuration, "wait") == 0)
    {
        while (!call->is_cancelled(call))
            usleep(500);
        return good_error(call, PSA_CANCELLED, TEXT("stopped as asked"));
    }
    snprintf(result, sizeof result, "{\"version\":1,\"summary\":\"%s\"}", configuration);
    call->put_result(call, good_text(result, strlen(result)));
    return PSA_OK;
}

#include "tests/faults/good_rest.h"
