/* A good plugin in C, from which each fault differs in one thing: a fault defines a macro to put its own function or
 * value in place of the good one. */
#include <psa/plugin.h>

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct psa_instance
{
    int unused;
};

/* For functions that must crash as they would without a sanitizer. */
#define NO_SANITIZER __attribute__((no_sanitize("undefined"), no_sanitize("address"), no_sanitize("thread")))

#define TEXT(literal) good_text(literal, sizeof(literal) - 1)
__attribute__((unused)) static psa_str good_text(const char *data, size_t size)
{
    psa_str text;
    text.data = data;
    text.size = size;
    return text;
}

__attribute__((unused)) static psa_status good_error(const psa_call *call, psa_status status, psa_str message)
{
    psa_error error;
    memset(&error, 0, sizeof error);
    error.struct_size = sizeof error;
    error.status = status;
    error.user_message = message;
    call->put_error(call, &error);
    return status;
}

#define FORM(fields) "{\"type\":\"object\",\"properties\":{" fields "}}"
#define DESCRIPTOR_WITH(id, form, more)                                                                                \
    "{\"descriptorVersion\":1,\"id\":\"" id "\",\"version\":\"" PSA_PLUGIN_VERSION                                     \
    "\",\"name\":\"Fault\",\"vendor\":\"Tests\",\"allowedHosts\":[],\"configuration\":" form more "}"
#define DESCRIPTOR(form, more) DESCRIPTOR_WITH(PSA_PLUGIN_ID, form, more)
