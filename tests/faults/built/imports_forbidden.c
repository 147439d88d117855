/* Loads well; its file shows imports that no plugin needs. */
#include "tests/faults/good_base.h"

#include <psa/note.h>
PSA_PLUGIN_NOTE(PSA_PLUGIN_ID, PSA_PLUGIN_VERSION)

#include <sys/socket.h>

#define FAULT_TEST unwanted
static psa_status unwanted(const psa_call *call, psa_instance *instance)
{
    (void)call, (void)instance;
    if (setenv("PSA_FAULT", "1", 1) != 0 || socket(AF_INET, SOCK_STREAM, 0) < 0)
        exit(1);
    return PSA_OK;
}

#include "tests/faults/good_rest.h"
