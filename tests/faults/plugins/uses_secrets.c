/* A plugin that signs in: test keeps the token in psa.secrets/1 and uses it. The text of its configuration says what else
 * it does in test: "shout" puts the token into the log and an error, "learn" logs a text before and after it is learned,
 * "wrong" uses the service beyond its limits. create_ticket only says what is kept. Built with PSA_TARGET_MINOR 1. */
#include "tests/faults/good_base.h"

#include <psa/http.h>
#include <psa/secrets.h>

#include <stdio.h>

#define FAULT_DESCRIPTOR DESCRIPTOR(FORM("\"how\":{\"type\":\"string\",\"title\":\"How\",\"description\":\"d\"}"), "")

struct uses_secrets
{
    const psa_host *host;
    char how[100];
    char body[300];
    char token[100];
};
static struct uses_secrets *self_of(psa_instance *instance)
{
    return (struct uses_secrets *)(void *)instance;
}

static const psa_secrets *secrets_of(const struct uses_secrets *self)
{
    return (const psa_secrets *)self->host->get_extension(self->host, PSA_SECRETS_ID);
}

static void on_response(void *user, const psa_http_response *response)
{
    struct uses_secrets *self = (struct uses_secrets *)user;
    snprintf(self->body, sizeof self->body, "%.*s", (int)response->body.size, response->body.data);
}

static void on_value(void *user, psa_str value)
{
    struct uses_secrets *self = (struct uses_secrets *)user;
    snprintf(self->token, sizeof self->token, "%.*s", (int)value.size, value.data);
}

static psa_status send(struct uses_secrets *self, const psa_call *call, uint32_t flags, psa_str url, psa_str token)
{
    const psa_http *http = (const psa_http *)self->host->get_extension(self->host, PSA_HTTP_ID);
    psa_http_request request;
    psa_http_header header;
    memset(&header, 0, sizeof header);
    header.name = TEXT("Authorization");
    header.value = token;
    header.flags = PSA_HTTP_SECRET;
    memset(&request, 0, sizeof request);
    request.struct_size = sizeof request;
    request.flags = flags;
    request.method = flags != 0 ? TEXT("POST") : TEXT("GET");
    request.url = url;
    request.headers = &header;
    request.header_count = token.size > 0 ? 1 : 0;
    self->body[0] = '\0';
    return http->send(call, &request, self, on_response);
}

static void sign_in(struct uses_secrets *self, const psa_call *call)
{
    const psa_secrets *secrets = secrets_of(self);
    const char *at;
    size_t size;
    self->token[0] = '\0';
    if (secrets->get(call, TEXT("token"), self, on_value) == PSA_OK)
        return;
    send(self, call, PSA_HTTP_SECRET_ANSWER, TEXT("https://psa.allowed.example/token"), TEXT(""));
    at = strstr(self->body, "\"access_token\":\"");
    if (at == NULL)
        return;
    at += strlen("\"access_token\":\"");
    size = strcspn(at, "\"");
    snprintf(self->token, sizeof self->token, "%.*s", (int)size, at);
    secrets->keep(call, TEXT("token"), good_text(at, size), 60000);
}

static void log_text(const psa_call *call, const char *text)
{
    call->log(call, PSA_LOG_INFO, good_text(text, strlen(text)));
}

static void learn(const struct uses_secrets *self, const psa_call *call)
{
    log_text(call, "one-time-code before");
    secrets_of(self)->learn(call, TEXT("one-time-code"));
    log_text(call, "one-time-code after");
}

/* Delivers what each use beyond the limits returned. */
static psa_status use_wrongly(const struct uses_secrets *self, const psa_call *call)
{
    static char large[16385];
    const psa_secrets *secrets = secrets_of(self);
    psa_str null_text;
    char result[200];
    memset(large, 'x', sizeof large);
    memset(&null_text, 0, sizeof null_text);
    null_text.size = 4;
    snprintf(result, sizeof result, "{\"version\":1,\"summary\":\"%u %u %u %u %u %u %u %u\"}",
             secrets->learn(call, TEXT("abc")), secrets->learn(call, good_text(large, sizeof large)),
             secrets->learn(call, null_text), secrets->keep(call, TEXT(""), TEXT("value"), 1000),
             secrets->keep(call, TEXT("key"), TEXT("abc"), 1000),
             secrets->keep(call, TEXT("key"), TEXT("value"), 2592000001u), secrets->get(call, TEXT("key"), NULL, NULL),
             secrets->keep(call, TEXT("key"), TEXT(""), 0));
    call->put_result(call, good_text(result, strlen(result)));
    return PSA_OK;
}

#define FAULT_CREATE create
static psa_status create(const psa_call *call, const psa_host *host, psa_instance **instance)
{
    struct uses_secrets *self = (struct uses_secrets *)calloc(1, sizeof *self);
    (void)call;
    self->host = host;
    *instance = (psa_instance *)(void *)self;
    return PSA_OK;
}

#define FAULT_CONFIGURE configure
static psa_status configure(const psa_call *call, psa_instance *instance, psa_str json)
{
    struct uses_secrets *self = self_of(instance);
    snprintf(self->how, sizeof self->how, "%.*s", (int)json.size, json.data);
    if (strstr(self->how, "in configure") != NULL && secrets_of(self)->learn(call, TEXT("some-text")) != PSA_OK)
        return good_error(call, PSA_INVALID_CONFIG, TEXT("the host does not learn in configure"));
    return PSA_OK;
}

#define FAULT_TEST test
static psa_status test(const psa_call *call, psa_instance *instance)
{
    struct uses_secrets *self = self_of(instance);
    char text[300];
    if (strstr(self->how, "wrong") != NULL)
        return use_wrongly(self, call);
    if (strstr(self->how, "learn") != NULL)
        learn(self, call);
    sign_in(self, call);
    snprintf(text, sizeof text, "the token is %s", self->token);
    if (strstr(self->how, "shout") != NULL)
    {
        log_text(call, text);
        return good_error(call, PSA_AUTH, good_text(text, strlen(text)));
    }
    snprintf(text, sizeof text, "Bearer %s", self->token);
    send(self, call, 0, TEXT("https://psa.allowed.example/me"), good_text(text, strlen(text)));
    snprintf(text, sizeof text, "{\"version\":1,\"summary\":\"signed in as %s\"}", self->body);
    call->put_result(call, good_text(text, strlen(text)));
    return PSA_OK;
}

#define FAULT_CREATE_TICKET create_ticket
static psa_status create_ticket(const psa_call *call, psa_instance *instance, psa_str reference, psa_str ticket)
{
    struct uses_secrets *self = self_of(instance);
    char result[200];
    psa_status got;
    (void)reference, (void)ticket;
    self->token[0] = '\0';
    got = secrets_of(self)->get(call, TEXT("token"), self, on_value);
    snprintf(result, sizeof result, "{\"version\":1,\"ticket\":{\"id\":\"%u of %u bytes\"}}", got,
             (unsigned)strlen(self->token));
    call->put_result(call, good_text(result, strlen(result)));
    return PSA_OK;
}

#include "tests/faults/good_rest.h"
