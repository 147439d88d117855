#include "tests/faults/good_base.h"

#include <unistd.h>

#define FAULT_DESCRIBE_UPDATES faulty
static psa_status faulty(const psa_call *call)
{
    (void)call;
    for (;;)
        pause();
}

#include "tests/faults/good_updates.h"

#include "tests/faults/good_rest.h"
