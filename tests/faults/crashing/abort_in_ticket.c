#include "tests/faults/good_base.h"

#define FAULT_CREATE_TICKET faulty
static psa_status faulty(const psa_call *call, psa_instance *instance, psa_str reference, psa_str ticket)
{
    (void)call, (void)instance, (void)reference, (void)ticket;
    abort();
}

#include "tests/faults/good_rest.h"
