/* Says a secret of its configuration in each of its texts, whole, so that it is cut in the middle, or with a control
 * character inside. */
#define _GNU_SOURCE /* memmem */
#include "tests/faults/good_base.h"

#include <stdio.h>

#define FAULT_DESCRIPTOR                                                                                               \
    DESCRIPTOR(FORM("\"key\":{\"type\":\"string\",\"title\":\"Key\",\"description\":\"d\",\"secret\":true},"           \
                    "\"how\":{\"type\":\"string\",\"title\":\"How\",\"description\":\"d\"}"),                          \
               "")

#define SHOWN (16 << 10) /* bytes of a text that the host shows */

#define FAULT_CONFIGURE faulty
static psa_status faulty(const psa_call *call, psa_instance *instance, psa_str json)
{
    static char text[SHOWN + 100];
    psa_error error;
    (void)instance;
    if (memmem(json.data, json.size, "cut", 3) != NULL)
        snprintf(text, sizeof text, "%0*dcanary-secret", SHOWN - 8, 0);
    else if (memmem(json.data, json.size, "split", 5) != NULL)
        snprintf(text, sizeof text, "the key canary\x01-secret and canary-secret");
    else
        snprintf(text, sizeof text, "the key canary-secret is wrong");
    memset(&error, 0, sizeof error);
    error.struct_size = sizeof error;
    error.status = PSA_INVALID_CONFIG;
    error.user_message = error.hint = error.internal_detail = error.vendor_code = good_text(text, strlen(text));
    call->log(call, PSA_LOG_INFO, error.user_message);
    call->put_error(call, &error);
    return PSA_INVALID_CONFIG;
}

#include "tests/faults/good_rest.h"
