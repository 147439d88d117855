/* A real plugin that ends its process, or never returns, while it creates a ticket: at the point that the title of the
 * ticket names, as in "Alert 7 !after#7". That happens once for each text from '!' to the end of the title; the host's
 * cache remembers it, because the process cannot. At the point "time" it only logs how its time goes. A definition makes a build that a host must not take over:
 * TROUBLED_ENTRY crashes when it is entered, TROUBLED_DESCRIBE describes itself wrongly, TROUBLED_CONFIGURE refuses each
 * configuration or, as 2, never returns from it.
 *
 * plugin.cpp of the real plugin is compiled once for all builds, as version 0.0.0 and with psa_plugin_entry renamed to
 * real_plugin_entry. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memmem */
#endif
#include <psa/cache.h>
#include <psa/http.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

const psa_plugin_api *PSA_CALL real_plugin_entry(const psa_host *host);

static const psa_host *real_host;
static psa_host our_host;
static const psa_plugin_api *real;
static psa_plugin_api ours;

/* ---- where ------------------------------------------------------------------------------------------------------ */

static psa_str text_of(const char *data, size_t size)
{
    const psa_str text = {data, size};
    return text;
}

/* The text from '!' to the end of the title, anywhere in a document; empty if there is none. */
static psa_str trouble_in(psa_str document)
{
    const char *begin = document.size > 0 ? (const char *)memchr(document.data, '!', document.size) : NULL;
    const char *end =
        begin != NULL ? (const char *)memchr(begin, '"', document.size - (size_t)(begin - document.data)) : NULL;
    return end != NULL ? text_of(begin, (size_t)(end - begin)) : text_of(NULL, 0);
}

static void on_value(void *user, psa_str value)
{
    (void)user, (void)value;
}

/* Another one for each trouble; microseconds, about as long as a request takes. */
static size_t moment_in(psa_str document)
{
    const psa_str trouble = trouble_in(document);
    const char *number = trouble.size > 0 ? (const char *)memchr(trouble.data, '#', trouble.size) : NULL;
    return number != NULL ? strtoul(number + 1, NULL, 10) * 7919 % 12000 : 0;
}

/* Is it time for the trouble that the document names, if it is one of this point? */
static int is_due(const psa_call *call, psa_str document, const char *point)
{
    const psa_cache *cache = (const psa_cache *)real_host->get_extension(real_host, PSA_CACHE_ID);
    const psa_str trouble = trouble_in(document);
    const size_t size = strlen(point);
    if (trouble.size < size + 2 || memcmp(trouble.data + 1, point, size) != 0 || trouble.data[size + 1] != '#')
        return 0;
    if (cache->get(call, trouble, NULL, on_value) == PSA_OK)
        return 0;
    return cache->put(call, trouble, text_of("1", 1), 3600 * 1000) == PSA_OK;
}

static void *die_soon(void *moment)
{
    usleep((useconds_t)(size_t)moment);
    abort();
    return NULL;
}

/* In an own thread, after so many microseconds. */
static void die_on_thread(size_t moment)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, die_soon, (void *)moment) == 0)
        pthread_detach(thread);
}

static void hang(void)
{
    for (;;)
        sleep(1);
}

/* ---- during a create --------------------------------------------------------------------------------------------- */

static long long ms_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Says by how much remaining_ms decreases in some seconds, while another thread may be sending. */
static void *watch_time(void *user)
{
    const psa_call *call = (const psa_call *)user;
    const long long begin = ms_now();
    const long long whole = call->remaining_ms(call);
    long long least = whole;
    char text[100] = "watches its time";
    call->log(call, PSA_LOG_WARNING, text_of(text, strlen(text)));
    while (ms_now() - begin < 5000)
    {
        const long long left = call->remaining_ms(call);
        least = left < least ? left : least;
        usleep(1000);
    }
    snprintf(text, sizeof text, "counted %lld ms of %lld", whole - least, ms_now() - begin);
    call->log(call, PSA_LOG_WARNING, text_of(text, strlen(text)));
    return NULL;
}

struct waiting
{
    void *user;
    psa_http_on_response on_response;
    int dies;
};

static void on_response(void *user, const psa_http_response *response)
{
    const struct waiting *waiting = (const struct waiting *)user;
    if (waiting->dies)
        abort();
    waiting->on_response(waiting->user, response);
}

static psa_status send_request(const psa_call *call, const psa_http_request *request, void *user,
                               psa_http_on_response answer)
{
    const psa_http *http = (const psa_http *)real_host->get_extension(real_host, PSA_HTTP_ID);
    struct waiting waiting = {user, answer, 0};
    psa_status status;
    int dies = 0;
    if ((request->flags & PSA_HTTP_MUTATES) == 0)
        return http->send(call, request, user, answer);
    if (is_due(call, request->body, "before"))
        abort();
    if (is_due(call, request->body, "thread"))
    {
        die_on_thread(0);
        hang();
    }
    if (is_due(call, request->body, "hang"))
        hang();
    dies = is_due(call, request->body, "during");
    if (dies)
        die_on_thread(moment_in(request->body));
    waiting.dies = is_due(call, request->body, "answer");
    if (is_due(call, request->body, "time"))
    {
        pthread_t thread;
        if (pthread_create(&thread, NULL, watch_time, (void *)(size_t)call) != 0)
            abort();
        status = http->send(call, request, &waiting, on_response);
        pthread_join(thread, NULL);
        return status;
    }
    status = http->send(call, request, &waiting, on_response);
    if (dies)
        hang(); /* until it does */
    if (is_due(call, request->body, "after"))
        abort();
    return status;
}

static psa_status create_ticket(const psa_call *call, psa_instance *instance, psa_str reference, psa_str ticket)
{
    psa_status status;
    if (is_due(call, ticket, "called"))
        abort();
    status = real->create_ticket(call, instance, reference, ticket);
    if (is_due(call, ticket, "result"))
        abort();
    return status;
}

/* ---- the host that the real plugin sees --------------------------------------------------------------------------- */

static void write_log(const psa_host *host, psa_log_level level, psa_str message)
{
    (void)host;
    real_host->log(real_host, level, message);
}

static const void *get_extension(const psa_host *host, const char *id)
{
    static const psa_http http = {sizeof http, 0, send_request};
    (void)host;
    return strcmp(id, PSA_HTTP_ID) == 0 ? &http : real_host->get_extension(real_host, id);
}

static psa_status create(const psa_call *call, const psa_host *host, psa_instance **instance)
{
    (void)host;
    return real->create(call, &our_host, instance);
}

/* ---- the build ---------------------------------------------------------------------------------------------------- */

#ifdef TROUBLED_DESCRIBE
static psa_status describe(const psa_call *call)
{
    const char *text = "{\"descriptorVersion\":1,\"id\":\"another\"}";
    call->put_result(call, text_of(text, strlen(text)));
    return PSA_OK;
}
#else
struct describing
{
    psa_call call;
    const psa_call *real;
};

/* With the version of this build. */
static void put_description(const psa_call *call, psa_str json)
{
    const struct describing *describing = (const struct describing *)(const void *)call;
    char *text = (char *)malloc(json.size);
    char *version = NULL;
    if (text == NULL)
        abort();
    memcpy(text, json.data, json.size);
    version = (char *)memmem(text, json.size, "\"0.0.0\"", 7);
    if (version == NULL)
        abort();
    memcpy(version + 1, PSA_PLUGIN_VERSION, 5);
    describing->real->put_result(describing->real, text_of(text, json.size));
    free(text);
}

static psa_status describe(const psa_call *call)
{
    struct describing describing = {*call, call};
    describing.call.put_result = put_description;
    return real->describe(&describing.call);
}
#endif

#ifdef TROUBLED_CONFIGURE
static psa_status configure(const psa_call *call, psa_instance *instance, psa_str json)
{
    const char *text = "This build refuses each configuration.";
    psa_error error;
    (void)instance, (void)json;
    if (TROUBLED_CONFIGURE == 2)
        hang();
    memset(&error, 0, sizeof error);
    error.struct_size = sizeof error;
    error.status = PSA_INVALID_CONFIG;
    error.user_message = text_of(text, strlen(text));
    call->put_error(call, &error);
    return PSA_INVALID_CONFIG;
}
#endif

PSA_EXPORT const psa_plugin_api *PSA_CALL psa_plugin_entry(const psa_host *host)
{
#ifdef TROUBLED_ENTRY
    abort();
#endif
    real_host = host;
    our_host = *host;
    our_host.log = write_log;
    our_host.get_extension = get_extension;
    real = real_plugin_entry(&our_host);
    ours = *real;
    ours.create = create;
    ours.create_ticket = create_ticket;
    ours.describe = describe;
#ifdef TROUBLED_CONFIGURE
    ours.configure = configure;
#endif
    return &ours;
}
