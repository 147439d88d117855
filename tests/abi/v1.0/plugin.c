/* A plugin as somebody wrote it for ABI 1.0. It uses every service and offers every extension of that version. */
#include <psa/cache.h>
#include <psa/choices.h>
#include <psa/clock.h>
#include <psa/find_ticket.h>
#include <psa/http.h>
#include <psa/note.h>
#include <psa/ticket.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

PSA_PLUGIN_NOTE("com.example.frozen", "1.0.0")

struct psa_instance
{
    const psa_host *host;
    int configured;
    char answer[100];
    psa_http_delivery delivery;
};

static const char descriptor[] =
    "{\"descriptorVersion\":1,\"id\":\"com.example.frozen\",\"version\":\"1.0.0\",\"name\":\"Frozen PSA\","
    "\"vendor\":\"Example Ltd\",\"allowedHosts\":[\"frozen.example.com\"],"
    "\"extensions\":[\"psa.find-ticket/1\",\"psa.choices/1\",\"psa.ticket/1\"],"
    "\"configuration\":{\"type\":\"object\",\"properties\":{\"apiKey\":{\"type\":\"string\",\"title\":\"API Key\","
    "\"description\":\"Any text will do.\",\"secret\":true}},\"required\":[\"apiKey\"]},"
    "\"reference\":{\"field\":\"ref\",\"maxLength\":50,\"findIsConsistent\":true,\"quietSeconds\":0}}";

static psa_str text(const char *terminated)
{
    psa_str result;
    result.data = terminated;
    result.size = strlen(terminated);
    return result;
}

static psa_status fail(const psa_call *call, psa_status status, const char *message)
{
    psa_error error;
    memset(&error, 0, sizeof error);
    error.struct_size = sizeof error;
    error.status = status;
    error.user_message = text(message);
    error.hint = text("This is a test.");
    call->put_error(call, &error);
    return status;
}

static psa_status describe(const psa_call *call)
{
    call->put_result(call, text(descriptor));
    return PSA_OK;
}

static psa_status create(const psa_call *call, const psa_host *host, psa_instance **instance)
{
    psa_instance *made = (psa_instance *)calloc(1, sizeof *made);
    if (made == NULL)
        return fail(call, PSA_INTERNAL, "There is no memory left.");
    made->host = host;
    *instance = made;
    return PSA_OK;
}

static void destroy(psa_instance *instance)
{
    free(instance);
}

static psa_status configure(const psa_call *call, psa_instance *instance, psa_str config_json)
{
    if (config_json.size == 0)
        return fail(call, PSA_INVALID_CONFIG, "The configuration is empty.");
    instance->configured = 1;
    return PSA_OK;
}

static void keep_answer(void *user, const psa_http_response *response)
{
    psa_instance *instance = (psa_instance *)user;
    instance->delivery = response->delivery;
    (void)snprintf(instance->answer, sizeof instance->answer, "%.*s", (int)response->body.size, response->body.data);
}

static void keep_value(void *user, psa_str value)
{
    psa_instance *instance = (psa_instance *)user;
    (void)snprintf(instance->answer, sizeof instance->answer, "%.*s", (int)value.size, value.data);
}

static psa_status ask(const psa_call *call, psa_instance *instance, uint32_t flags, const char *url)
{
    const psa_http *http = (const psa_http *)instance->host->get_extension(instance->host, PSA_HTTP_ID);
    psa_http_header header;
    psa_http_request request;
    if (http == NULL)
        return fail(call, PSA_UNAVAILABLE, "The host does not offer psa.http/1.");
    memset(&header, 0, sizeof header);
    header.name = text("Api-Key");
    header.value = text("an api key");
    header.flags = PSA_HTTP_SECRET;
    memset(&request, 0, sizeof request);
    request.struct_size = sizeof request;
    request.flags = flags;
    request.method = text(flags == 0 ? "GET" : "POST");
    request.url = text(url);
    request.headers = &header;
    request.header_count = 1;
    if (http->send(call, &request, instance, keep_answer) != PSA_OK)
        return fail(call, PSA_INTERNAL, "The host does not accept the request.");
    if (instance->delivery == PSA_HTTP_NO_ANSWER && flags != 0)
        return fail(call, PSA_OUTCOME_UNKNOWN, "It is not known what became of the ticket.");
    if (instance->delivery != PSA_HTTP_ANSWERED)
        return fail(call, PSA_UNAVAILABLE, "Frozen PSA cannot be reached.");
    return PSA_OK;
}

static psa_status test(const psa_call *call, psa_instance *instance)
{
    const psa_clock *clock = (const psa_clock *)instance->host->get_extension(instance->host, PSA_CLOCK_ID);
    const psa_cache *cache = (const psa_cache *)instance->host->get_extension(instance->host, PSA_CACHE_ID);
    const psa_status status = ask(call, instance, 0, "https://frozen.example.com/ping");
    char result[300];
    if (status != PSA_OK)
        return status;
    if (clock == NULL || clock->monotonic_ms(call) < 0 || clock->unix_ms(call) <= 0)
        return fail(call, PSA_UNAVAILABLE, "The host has no good clock.");
    if (cache == NULL || cache->put(call, text("answer"), text(instance->answer), 60000) != PSA_OK ||
        cache->get(call, text("answer"), instance, keep_value) != PSA_OK)
        return fail(call, PSA_UNAVAILABLE, "The host keeps no values.");
    if (call->is_cancelled(call) != 0 || call->remaining_ms(call) <= 0)
        return fail(call, PSA_TIMEOUT, "There is no time left.");
    call->log(call, PSA_LOG_DEBUG, text("the frozen plugin was tested"));
    (void)snprintf(result, sizeof result, "{\"version\":1,\"summary\":\"Connected to Frozen PSA, which says %s\"}",
                   instance->answer);
    call->put_result(call, text(result));
    return PSA_OK;
}

static psa_status put_ticket(const psa_call *call, psa_instance *instance, const char *format)
{
    char result[300];
    (void)snprintf(result, sizeof result, format, instance->answer);
    call->put_result(call, text(result));
    return PSA_OK;
}

static psa_status create_ticket(const psa_call *call, psa_instance *instance, psa_str reference, psa_str ticket_json)
{
    const psa_status status = ask(call, instance, PSA_HTTP_MUTATES, "https://frozen.example.com/tickets");
    (void)reference;
    (void)ticket_json;
    return status != PSA_OK ? status : put_ticket(call, instance, "{\"version\":1,\"ticket\":{\"id\":\"%s\"}}");
}

static psa_status find(const psa_call *call, psa_instance *instance, psa_str reference)
{
    const psa_status status = ask(call, instance, 0, "https://frozen.example.com/tickets");
    (void)reference;
    return status != PSA_OK ? status : put_ticket(call, instance, "{\"version\":1,\"tickets\":[{\"id\":\"%s\"}]}");
}

static psa_status list(const psa_call *call, psa_instance *instance, const psa_choices_query *query)
{
    (void)instance;
    if (query->list.size == 0)
        return fail(call, PSA_NOT_FOUND, "There is no such list.");
    call->put_result(call, text("{\"version\":1,\"items\":[{\"id\":\"1\",\"label\":\"One\"}]}"));
    return PSA_OK;
}

static psa_status read_ticket(const psa_call *call, psa_instance *instance, psa_str ticket_id)
{
    const psa_status status = ask(call, instance, 0, "https://frozen.example.com/tickets/1");
    (void)ticket_id;
    return status != PSA_OK ? status : put_ticket(call, instance, "{\"version\":1,\"ticket\":{\"id\":\"%s\"}}");
}

static const void *get_extension(const psa_host *host, const char *id)
{
    static const psa_find_ticket find_ticket = {sizeof find_ticket, 0, find};
    static const psa_choices choices = {sizeof choices, 0, list};
    static const psa_ticket ticket = {sizeof ticket, 0, read_ticket};
    (void)host;
    if (strcmp(id, PSA_FIND_TICKET_ID) == 0)
        return &find_ticket;
    if (strcmp(id, PSA_CHOICES_ID) == 0)
        return &choices;
    return strcmp(id, PSA_TICKET_ID) == 0 ? &ticket : NULL;
}

static const psa_plugin_api api = {
    sizeof(psa_plugin_api), PSA_ABI_MAJOR, PSA_ABI_MINOR, PSA_TARGET_MINOR, describe, create, destroy, configure, test,
    create_ticket,          get_extension};

const psa_plugin_api *psa_plugin_entry(const psa_host *host)
{
    return host->abi_major == PSA_ABI_MAJOR ? &api : NULL;
}
