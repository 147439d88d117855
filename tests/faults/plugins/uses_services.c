/* A plugin that uses the host's services, well or badly: the text of its configuration says how. Its create_ticket sends
 * "twice" or "thrice", the later ones with the "other body", and says "unavailable" or that all is well; or it sends on
 * a "thread", "two at once", or after the call, "late"; or it ends with "hang" or "crash" when its request was "sent" or
 * "while sending". The host of the test puts "sending" into the cache when a request is under way. */
#include "tests/faults/good_base.h"

#include <psa/cache.h>
#include <psa/clock.h>
#include <psa/http.h>

#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

struct uses_services
{
    const psa_host *host;
    char how[100];
    const psa_call *call;
    psa_http_response answer;
    char detail[300];
    int callbacks;
    int sent;               /* requests of the call under way that change something */
    volatile int threads;   /* that send and have not ended */
    volatile unsigned late; /* what the send of a thread returned */
    volatile int ended;     /* the call whose thread sends late has ended */
};
static struct uses_services *self_of(psa_instance *instance)
{
    return (struct uses_services *)(void *)instance;
}

static void on_response(void *user, const psa_http_response *response)
{
    struct uses_services *self = (struct uses_services *)user;
    self->answer = *response;
    ++self->callbacks;
    snprintf(self->detail, sizeof self->detail, "%.*s", (int)response->detail.size, response->detail.data);
}

static psa_status send(struct uses_services *self, const psa_call *call, uint32_t flags)
{
    const psa_http *http = (const psa_http *)self->host->get_extension(self->host, PSA_HTTP_ID);
    psa_http_request request;
    psa_http_header header;
    memset(&header, 0, sizeof header);
    header.name = TEXT("Secret");
    header.value = TEXT("header-secret-value");
    header.flags = PSA_HTTP_SECRET;
    memset(&request, 0, sizeof request);
    request.struct_size = sizeof request;
    request.flags = flags;
    request.method = flags != 0 ? TEXT("POST") : TEXT("GET");
    request.url = TEXT("https://psa.allowed.example/tickets");
    request.headers = &header;
    request.header_count = 1;
    if (flags != 0 && self->sent++ > 0 && strstr(self->how, "other body") != NULL)
        request.body = TEXT("{\"again\":true}");
    if (strcmp(self->how, "short") == 0)
        request.struct_size = 16;
    if (strcmp(self->how, "headers") == 0)
        request.headers = NULL;
    if (strcmp(self->how, "header value") == 0)
        header.value.data = NULL;
    if (strcmp(self->how, "header name") == 0)
        header.name.data = NULL;
    if (strcmp(self->how, "huge") == 0)
        request.url.size = SIZE_MAX;
    if (strcmp(self->how, "url") == 0)
        request.url.data = NULL;
    if (strcmp(self->how, "null") == 0)
        return http->send(call, NULL, self, on_response);
    if (strcmp(self->how, "no callback") == 0)
        return http->send(call, &request, self, NULL);
    return http->send(call, &request, self, on_response);
}

static void *send_on_thread(void *user)
{
    struct uses_services *self = (struct uses_services *)user;
    while (strcmp(self->how, "late") == 0 && !self->ended)
        usleep(1000);
    self->late = send(self, self->call, PSA_HTTP_MUTATES);
    --self->threads;
    return NULL;
}

static void start_thread(struct uses_services *self)
{
    pthread_t thread;
    self->threads = 1;
    pthread_create(&thread, NULL, send_on_thread, self);
    pthread_detach(thread);
}

static void ignore(void *user, psa_str value)
{
    (void)user, (void)value;
}

static void wait_until_sending(const struct uses_services *self, const psa_call *call)
{
    const psa_cache *cache = (const psa_cache *)self->host->get_extension(self->host, PSA_CACHE_ID);
    while (cache->get(call, TEXT("sending"), NULL, ignore) == PSA_NOT_FOUND)
        usleep(1000);
}

static void end_badly(const char *how)
{
    if (strncmp(how, "crash", 5) == 0)
        abort();
    while (strncmp(how, "hang", 4) == 0)
        pause();
}

#define FAULT_CREATE create
static psa_status create(const psa_call *call, const psa_host *host, psa_instance **instance)
{
    struct uses_services *self = (struct uses_services *)calloc(1, sizeof *self);
    (void)call;
    self->host = host;
    *instance = (psa_instance *)(void *)self;
    return PSA_OK;
}

#define FAULT_CONFIGURE configure
static psa_status configure(const psa_call *call, psa_instance *instance, psa_str json)
{
    struct uses_services *self = self_of(instance);
    snprintf(self->how, sizeof self->how, "%.*s", (int)json.size, json.data);
    if (strcmp(self->how, "in configure") == 0 && send(self, call, 0) != PSA_OK)
        return good_error(call, PSA_INVALID_CONFIG, TEXT("the host does not send in configure"));
    return PSA_OK;
}

static void on_value(void *user, psa_str value)
{
    snprintf((char *)user, 100, "%.*s", (int)value.size, value.data);
}

#define FAULT_TEST test
static psa_status test(const psa_call *call, psa_instance *instance)
{
    struct uses_services *self = self_of(instance);
    const psa_clock *clock = (const psa_clock *)self->host->get_extension(self->host, PSA_CLOCK_ID);
    const psa_cache *cache = (const psa_cache *)self->host->get_extension(self->host, PSA_CACHE_ID);
    char value[100] = "nothing";
    char result[700];
    int callbacks;
    psa_status sent, got, put;
    self->ended = 1;
    while (self->threads > 0)
        usleep(1000);
    got = cache->get(call, TEXT("zone"), value, on_value);
    put = cache->put(call, TEXT("zone"), TEXT("five"), 1000);
    callbacks = self->callbacks;
    sent = send(self, call, strcmp(self->how, "secret answer") == 0 ? 2 : 0); /* hidden below minor 1 */
    snprintf(result, sizeof result,
             "{\"version\":1,\"summary\":\"sent %u, delivery %u, http %u, got %u %s, put %u, at %lld: %s, late "
             "status %u, callbacks %d\"}",
             sent, self->answer.delivery, self->answer.status, got, value, put, (long long)clock->unix_ms(call),
             self->detail, self->late, callbacks);
    call->put_result(call, good_text(result, strlen(result)));
    return PSA_OK;
}

#define FAULT_CREATE_TICKET create_ticket
static psa_status create_ticket(const psa_call *call, psa_instance *instance, psa_str reference, psa_str ticket)
{
    struct uses_services *self = self_of(instance);
    (void)reference, (void)ticket;
    self->call = call;
    self->sent = 0;
    if (strcmp(self->how, "thread") == 0 || strcmp(self->how, "two at once") == 0 ||
        strstr(self->how, "while sending") != NULL)
    {
        start_thread(self);
        wait_until_sending(self, call);
    }
    else if (strcmp(self->how, "late") == 0)
        start_thread(self);
    else if (strcmp(self->how, "nothing") != 0)
        send(self, call, PSA_HTTP_MUTATES);
    end_badly(self->how);
    if (strcmp(self->how, "two at once") == 0)
        send(self, call, PSA_HTTP_MUTATES);
    while (strcmp(self->how, "two at once") == 0 && self->threads > 0)
        usleep(1000);
    if (strcmp(self->how, "read too") == 0)
        send(self, call, 0);
    if (strstr(self->how, "twice") != NULL || strstr(self->how, "thrice") != NULL)
        send(self, call, PSA_HTTP_MUTATES);
    if (strstr(self->how, "thrice") != NULL)
        send(self, call, PSA_HTTP_MUTATES);
    if (strstr(self->how, "unavailable") != NULL)
        return good_error(call, PSA_UNAVAILABLE, good_text(self->detail, strlen(self->detail)));
    if (strcmp(self->how, "leaks") == 0)
        return good_error(call, PSA_AUTH, TEXT("the PSA says: header-secret-value is wrong"));
    call->put_result(call, TEXT("{\"version\":1,\"ticket\":{\"id\":\"1\"}}"));
    return PSA_OK;
}

#include "tests/faults/good_rest.h"
