/* A plugin built with headers that are newer than today's host (see CMakeLists.txt). Its test says which minor it speaks
 * there: the smaller of the host's and its own. */
#include <psa/note.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

PSA_PLUGIN_NOTE(PSA_PLUGIN_ID, "1.0.0")

struct psa_instance
{
    const psa_host *host;
};

static const char descriptor[] =
    "{\"descriptorVersion\":1,\"id\":\"" PSA_PLUGIN_ID "\",\"version\":\"1.0.0\",\"name\":\"Future PSA\","
    "\"vendor\":\"Example Ltd\",\"allowedHosts\":[],\"configuration\":{\"type\":\"object\",\"properties\":{}}}";

static psa_status put(const psa_call *call, const char *json)
{
    psa_str text;
    text.data = json;
    text.size = strlen(json);
    call->put_result(call, text);
    return PSA_OK;
}

static psa_status describe(const psa_call *call)
{
    return put(call, descriptor);
}

static psa_status create(const psa_call *call, const psa_host *host, psa_instance **instance)
{
    (void)call;
    *instance = (psa_instance *)calloc(1, sizeof **instance);
    if (*instance == NULL)
        abort();
    (*instance)->host = host;
    return PSA_OK;
}

static void destroy(psa_instance *instance)
{
    free(instance);
}

static psa_status configure(const psa_call *call, psa_instance *instance, psa_str config_json)
{
    (void)call, (void)instance, (void)config_json;
    return PSA_OK;
}

static psa_status test(const psa_call *call, psa_instance *instance)
{
    const psa_host *const host = instance->host;
    const unsigned minor = host->abi_minor < PSA_ABI_MINOR ? host->abi_minor : PSA_ABI_MINOR;
    char result[200];
    (void)snprintf(result, sizeof result, "{\"version\":1,\"summary\":\"speaks minor %u\"}", minor);
    return put(call, result);
}

static psa_status create_ticket(const psa_call *call, psa_instance *instance, psa_str reference, psa_str ticket_json)
{
    (void)instance, (void)reference, (void)ticket_json;
    return put(call, "{\"version\":1,\"ticket\":{\"id\":\"1\"}}");
}

static const void *get_extension(const psa_host *host, const char *id)
{
    (void)host, (void)id;
    return NULL;
}

static const psa_plugin_api api = {
    sizeof(psa_plugin_api), PSA_ABI_MAJOR, PSA_ABI_MINOR, PSA_TARGET_MINOR, describe, create, destroy, configure, test,
    create_ticket,          get_extension};

const psa_plugin_api *psa_plugin_entry(const psa_host *host)
{
    return host->abi_major == PSA_ABI_MAJOR ? &api : NULL;
}
