#include "tests/faults/good_base.h"

#include <unistd.h>
#define FAULT_CREATE_TICKET hang
static psa_status hang(const psa_call *call, psa_instance *instance, psa_str reference, psa_str ticket)
{
    (void)call, (void)instance, (void)reference, (void)ticket;
    for (;;)
        pause();
}

#include "tests/faults/good_rest.h"
