#include "tests/faults/good_base.h"

#include <unistd.h>
#define FAULT_TEST hostile
static psa_status hostile(const psa_call *call, psa_instance *instance)
{
    static char text[1 << 16];
    (void)call, (void)instance;
    for (;;)
        if (write(1, text, sizeof text) < 0)
            return PSA_INTERNAL;
}

#include "tests/faults/good_rest.h"
