/* Loads well; its file shows imports that no plugin needs. */
#include "tests/faults/good_base.h"

#include <psa/note.h>
PSA_PLUGIN_NOTE(PSA_PLUGIN_ID, PSA_PLUGIN_VERSION)

#include <sys/socket.h>

#define FAULT_TEST unwanted
static psa_status unwanted(const psa_call *call, psa_instance *instance)
{
    (void)instance;
    if (call == NULL) /* it never is */
        exit(setenv("PSA_FAULT", "1", 1) + socket(AF_INET, SOCK_STREAM, 0));
    call->put_result(call, TEXT("{\"version\":1,\"summary\":\"Connected\"}"));
    return PSA_OK;
}

#include "tests/faults/good_rest.h"
