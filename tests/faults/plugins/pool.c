/* A good plugin of which two instances may work at once. Its configuration decides what configure and test do: "refuse"
 * is refused, "wait" makes test wait for the cancel; with any other text test succeeds and shows it. The reference
 * decides what create_ticket does: "crash", "hang", or "wait" for the value "go" in the
 * cache, where it puts "waiting". The id of its ticket is
 * the process. */
#include "tests/faults/good_base.h"

#include <psa/cache.h>

#include <stdio.h>
#include <unistd.h>

#define FAULT_DESCRIPTOR DESCRIPTOR(FORM(""), ",\"limits\":{\"instances\":2}")

struct pool_instance
{
    char configuration[100];
    const psa_host *host;
};

#define FAULT_CREATE create
static psa_status create(const psa_call *call, const psa_host *host, psa_instance **instance)
{
    struct pool_instance *made = (struct pool_instance *)calloc(1, sizeof *made);
    (void)call;
    made->host = host;
    *instance = (psa_instance *)made;
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

static void on_value(void *user, psa_str value)
{
    (void)value;
    *(int *)user = 1;
}

static void wait_for_go(const psa_call *call, const struct pool_instance *instance)
{
    const psa_cache *cache = (const psa_cache *)instance->host->get_extension(instance->host, PSA_CACHE_ID);
    int gone = 0;
    cache->put(call, TEXT("waiting"), TEXT("1"), 60000);
    while (!gone && cache->get(call, TEXT("go"), &gone, on_value) == PSA_NOT_FOUND)
        usleep(1000);
}

#define FAULT_CREATE_TICKET create_ticket
static psa_status create_ticket(const psa_call *call, psa_instance *instance, psa_str reference, psa_str ticket)
{
    char result[100];
    (void)ticket;
    if (reference.size == 5 && memcmp(reference.data, "crash", 5) == 0)
        abort();
    while (reference.size == 4 && memcmp(reference.data, "hang", 4) == 0)
        pause();
    if (reference.size == 4 && memcmp(reference.data, "wait", 4) == 0)
        wait_for_go(call, (const struct pool_instance *)instance);
    snprintf(result, sizeof result, "{\"version\":1,\"ticket\":{\"id\":\"%d\"}}", (int)getpid());
    call->put_result(call, good_text(result, strlen(result)));
    return PSA_OK;
}

#include "tests/faults/good_rest.h"
