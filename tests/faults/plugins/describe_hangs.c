#include "tests/faults/good_base.h"

#include <unistd.h>
#define FAULT_DESCRIBE hang
static psa_status hang(const psa_call *call)
{
    (void)call;
    for (;;)
        pause();
}

#include "tests/faults/good_rest.h"
