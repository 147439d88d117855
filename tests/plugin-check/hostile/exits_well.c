/* Ends its process as if all were well. */
#include "tests/faults/good_base.h"

#include <unistd.h>
#define FAULT_TEST hostile
static psa_status hostile(const psa_call *call, psa_instance *instance)
{
    (void)call, (void)instance;
    _exit(0);
}

#include "tests/faults/good_rest.h"
