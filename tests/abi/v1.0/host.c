/* A host as it was at ABI 1.0, compiled with the headers of that version alone. It takes a plugin through its whole
 * life, without and with the services of that version; every struct that it hands over ends where unreadable memory
 * begins, so that a plugin that reads a newer member crashes.
 *
 * Usage: frozen-host PLUGIN CONFIGURATION, a file with a document that the plugin accepts. Exit code 0 = all went as the
 * ABI says. */
#include <psa/cache.h>
#include <psa/choices.h>
#include <psa/clock.h>
#include <psa/find_ticket.h>
#include <psa/http.h>
#include <psa/ticket.h>

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int failures;
static int services_offered;
static int delivered_results;
static int delivered_errors;
static psa_status error_status;
static char last_text[400];

static void check(int holds, const char *what, const char *function)
{
    if (holds)
        return;
    ++failures;
    (void)fprintf(stderr, "FAILED: %s: %s\n", function, what);
}

/* A copy of `size` bytes that ends where a page begins that may not be touched. Never given back. */
static void *at_the_edge(const void *bytes, size_t size)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *const pages = (char *)mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED || mprotect(pages + page, page, PROT_NONE) != 0)
    {
        perror("a guard page cannot be made");
        exit(2);
    }
    memcpy(pages + page - size, bytes, size);
    return pages + page - size;
}

static psa_str text(const char *terminated)
{
    psa_str result;
    result.data = terminated;
    result.size = strlen(terminated);
    return result;
}

static void keep(psa_str message)
{
    (void)snprintf(last_text, sizeof last_text, "%.*s", (int)message.size, message.data);
}

/* ---- what a call offers ---- */

static uint32_t is_cancelled(const psa_call *call)
{
    (void)call;
    return 0;
}

static int64_t remaining_ms(const psa_call *call)
{
    (void)call;
    return 60000;
}

static void log_line(const psa_call *call, psa_log_level level, psa_str message)
{
    (void)call;
    (void)level;
    (void)message;
}

static void put_result(const psa_call *call, psa_str json)
{
    (void)call;
    ++delivered_results;
    keep(json);
}

static void put_error(const psa_call *call, const psa_error *error)
{
    (void)call;
    ++delivered_errors;
    error_status = error->status;
    check(error->struct_size >= sizeof(psa_error), "psa_error is whole", "put_error");
    check(error->user_message.size > 0, "an error says what happened", "put_error");
    keep(error->user_message);
}

static const psa_call *new_call(void)
{
    psa_call call;
    memset(&call, 0, sizeof call);
    call.struct_size = sizeof call;
    call.reserved0 = 0xA5A5A5A5u; /* to be ignored */
    call.is_cancelled = is_cancelled;
    call.remaining_ms = remaining_ms;
    call.log = log_line;
    call.put_result = put_result;
    call.put_error = put_error;
    delivered_results = 0;
    delivered_errors = 0;
    last_text[0] = '\0';
    return (const psa_call *)at_the_edge(&call, sizeof call);
}

/* ---- services ---- */

static psa_status send_request(const psa_call *call, const psa_http_request *request, void *user,
                               psa_http_on_response on_response)
{
    psa_http_response response;
    (void)call;
    check(request->struct_size >= sizeof(psa_http_request), "psa_http_request is whole", "send");
    check(request->url.size > 8 && memcmp(request->url.data, "https://", 8) == 0, "requests go to https", "send");
    memset(&response, 0, sizeof response);
    response.struct_size = sizeof response;
    response.reserved0 = 0xA5A5A5A5u;
    response.delivery = PSA_HTTP_NOT_SENT;
    response.reason = PSA_HTTP_REASON_CONNECT;
    response.detail = text("this host has no network");
    on_response(user, (const psa_http_response *)at_the_edge(&response, sizeof response));
    return PSA_OK;
}

static int64_t some_ms(const psa_call *call)
{
    (void)call;
    return 1764028800000;
}

static psa_status get_value(const psa_call *call, psa_str key, void *user, psa_cache_on_value on_value)
{
    (void)call;
    (void)key;
    (void)user;
    (void)on_value;
    return PSA_NOT_FOUND;
}

static psa_status put_value(const psa_call *call, psa_str key, psa_str value, uint32_t ttl_ms)
{
    (void)call;
    (void)key;
    (void)value;
    (void)ttl_ms;
    return PSA_OK;
}

static void host_log(const psa_host *host, psa_log_level level, psa_str message)
{
    (void)host;
    (void)level;
    (void)message;
}

static const void *host_extension(const psa_host *host, const char *id)
{
    static const psa_http http = {sizeof http, 0, send_request};
    static const psa_clock clock = {sizeof clock, 0, some_ms, some_ms};
    static const psa_cache cache = {sizeof cache, 0, get_value, put_value};
    (void)host;
    if (!services_offered)
        return NULL;
    if (strcmp(id, PSA_HTTP_ID) == 0)
        return at_the_edge(&http, sizeof http);
    if (strcmp(id, PSA_CLOCK_ID) == 0)
        return at_the_edge(&clock, sizeof clock);
    return strcmp(id, PSA_CACHE_ID) == 0 ? at_the_edge(&cache, sizeof cache) : NULL;
}

static const psa_host *new_host(void)
{
    psa_host host;
    memset(&host, 0, sizeof host);
    host.struct_size = sizeof host;
    host.abi_major = PSA_ABI_MAJOR;
    host.abi_minor = PSA_ABI_MINOR;
    host.reserved0 = 0xA5A5A5A5u;
    host.log = host_log;
    host.get_extension = host_extension;
    return (const psa_host *)at_the_edge(&host, sizeof host);
}

/* ---- the life of a plugin ---- */

static void check_delivery(const char *function, psa_status status, int results)
{
    check(status != PSA_OK || delivered_results == results, "success comes with its result", function);
    check(status != PSA_OK || delivered_errors == 0, "success comes without an error", function);
    check(status == PSA_OK || delivered_errors == 1, "failure comes with one error", function);
    check(status == PSA_OK || error_status == status, "error and return value agree", function);
    (void)printf("  %-14s %s %u: %.60s\n", function, services_offered ? "with services" : "without services", status,
                 last_text);
}

static int is_usable(const psa_plugin_api *api)
{
    return api != NULL && api->abi_major == PSA_ABI_MAJOR && api->abi_minor_needed <= PSA_ABI_MINOR &&
           api->struct_size >= sizeof(psa_plugin_api) && api->describe != NULL && api->create != NULL &&
           api->destroy != NULL && api->configure != NULL && api->test != NULL && api->create_ticket != NULL &&
           api->get_extension != NULL;
}

static void use_extensions(const psa_plugin_api *api, const psa_host *host, psa_instance *instance)
{
    const psa_find_ticket *find_ticket = (const psa_find_ticket *)api->get_extension(host, PSA_FIND_TICKET_ID);
    const psa_choices *choices = (const psa_choices *)api->get_extension(host, PSA_CHOICES_ID);
    const psa_ticket *ticket = (const psa_ticket *)api->get_extension(host, PSA_TICKET_ID);
    psa_choices_query query;
    check(api->get_extension(host, "psa.nonsense/9") == NULL, "an unknown extension is NULL", "get_extension");
    memset(&query, 0, sizeof query);
    query.struct_size = sizeof query;
    query.limit = 10;
    query.list = text("queues");
    query.depends_on_json = text("{}");
    if (find_ticket != NULL)
        check_delivery("find", find_ticket->find(new_call(), instance, text("REF-1")), 1);
    if (choices != NULL)
        check_delivery("list", choices->list(new_call(), instance, (const psa_choices_query *)at_the_edge(&query, sizeof query)), 1);
    if (ticket != NULL)
        check_delivery("read", ticket->read(new_call(), instance, text("1")), 1);
}

static void live(const psa_plugin_api *api, const psa_host *host, const char *configuration)
{
    psa_instance *instance = NULL;
    check_delivery("describe", api->describe(new_call()), 1);
    check_delivery("create", api->create(new_call(), host, &instance), 0);
    check(instance != NULL, "there is an instance", "create");
    if (instance == NULL)
        return;
    check_delivery("configure", api->configure(new_call(), instance, text(configuration)), 0);
    check(delivered_errors == 0, "the configuration is accepted", "configure");
    if (delivered_errors == 0)
    {
        check_delivery("test", api->test(new_call(), instance), 1);
        check_delivery("create_ticket",
                       api->create_ticket(new_call(), instance, text("REF-1"),
                                          text("{\"version\":1,\"title\":\"A\",\"company\":\"0\",\"queue\":\"1\"}")),
                       1);
        use_extensions(api, host, instance);
    }
    api->destroy(instance);
}

int main(int argc, char **argv)
{
    char configuration[4000] = "";
    FILE *const file = argc == 3 ? fopen(argv[2], "r") : NULL;
    void *const library = argc == 3 ? dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) : NULL;
    psa_plugin_entry_fn entry = NULL;
    if (file == NULL || library == NULL)
    {
        (void)fprintf(stderr, "usage: frozen-host PLUGIN CONFIGURATION; %s\n",
                      library == NULL ? dlerror() : "the configuration cannot be read");
        return 2;
    }
    configuration[fread(configuration, 1, sizeof configuration - 1, file)] = '\0';
    (void)fclose(file);
    *(void **)&entry = dlsym(library, "psa_plugin_entry");
    for (services_offered = 0; services_offered <= 1; ++services_offered)
    {
        const psa_host *const host = new_host();
        const psa_plugin_api *const api = entry == NULL ? NULL : entry(host);
        check(is_usable(api), "the table is what a host of this version accepts", "psa_plugin_entry");
        if (is_usable(api))
            live(api, host, configuration);
    }
    return failures == 0 ? 0 : 1;
}
