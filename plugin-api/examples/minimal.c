/* SPDX-License-Identifier: Apache-2.0
 *
 * The smallest plugin in plain C: a "PSA" that numbers the tickets it is given and keeps none of them.
 */
#include <psa/plugin.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct psa_instance
{
    int configured;
    unsigned long tickets;
};

static const char descriptor[] =
    "{\"descriptorVersion\":1,\"id\":\"" PSA_PLUGIN_ID "\",\"version\":\"" PSA_PLUGIN_VERSION "\","
    "\"name\":\"Example PSA\",\"vendor\":\"Example Ltd\",\"allowedHosts\":[],"
    "\"configuration\":{\"type\":\"object\",\"properties\":{"
    "\"apiKey\":{\"type\":\"string\",\"title\":\"API Key\",\"description\":\"Any text will do.\",\"secret\":true}},"
    "\"required\":[\"apiKey\"]}}";

static psa_str text(const char *terminated)
{
    psa_str result;
    result.data = terminated;
    result.size = strlen(terminated);
    return result;
}

static psa_status fail(const psa_call *call, psa_status status, const char *message, const char *hint)
{
    psa_error error;
    memset(&error, 0, sizeof error);
    error.struct_size = sizeof error;
    error.status = status;
    error.user_message = text(message);
    error.hint = text(hint);
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
    psa_instance *made = calloc(1, sizeof *made);
    (void)host;
    if (made == NULL)
        return fail(call, PSA_INTERNAL, "There is no memory left.", "Restart the host.");
    *instance = made;
    return PSA_OK;
}

static void destroy(psa_instance *instance)
{
    free(instance);
}

/* Is this one object, from its first brace to its last? A real plugin parses it with a JSON library of its own. */
static int is_object(psa_str json)
{
    int depth = 0, quoted = 0;
    size_t i;
    for (i = 0; i < json.size && (i == 0 ? json.data[0] == '{' : depth > 0); ++i)
    {
        const char c = json.data[i];
        if (quoted && c == '\\')
            ++i;
        else if (c == '"')
            quoted = !quoted;
        else if (!quoted)
            depth += (c == '{' || c == '[') - (c == '}' || c == ']');
    }
    return i > 0 && i == json.size && depth == 0;
}

static psa_status configure(const psa_call *call, psa_instance *instance, psa_str config_json)
{
    /* The host has checked the fields; what else comes here must be survived. */
    if (!is_object(config_json))
        return fail(call, PSA_INVALID_CONFIG, "The configuration cannot be read.", "Fill in the API Key.");
    instance->configured = 1;
    return PSA_OK;
}

static psa_status test(const psa_call *call, psa_instance *instance)
{
    if (!instance->configured)
        return fail(call, PSA_INVALID_CONFIG, "There is no configuration yet.", "Fill in the API Key.");
    call->put_result(call, text("{\"version\":1,\"summary\":\"Connected to Example PSA\"}"));
    return PSA_OK;
}

static psa_status create_ticket(const psa_call *call, psa_instance *instance, psa_str reference, psa_str ticket_json)
{
    char result[100];
    int length = 0;
    (void)reference;
    (void)ticket_json;
    if (!instance->configured)
        return fail(call, PSA_INVALID_CONFIG, "There is no configuration yet.", "Fill in the API Key.");
    length = snprintf(result, sizeof result, "{\"version\":1,\"ticket\":{\"id\":\"%lu\"}}", ++instance->tickets);
    if (length < 0 || (size_t)length >= sizeof result)
        return fail(call, PSA_INTERNAL, "The result does not fit its buffer.", "Report it to the maker of the plugin.");
    call->put_result(call, text(result));
    return PSA_OK;
}

static const void *get_extension(const psa_host *host, const char *id)
{
    (void)host;
    (void)id;
    return NULL;
}

static const psa_plugin_api api = {
    sizeof(psa_plugin_api), PSA_ABI_MAJOR, PSA_ABI_MINOR, PSA_TARGET_MINOR, describe, create, destroy, configure, test,
    create_ticket,          get_extension};

const psa_plugin_api *psa_plugin_entry(const psa_host *host)
{
    return host->abi_major == PSA_ABI_MAJOR ? &api : NULL;
}
