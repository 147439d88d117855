/* The ticket cannot be found again. */
#include "tests/faults/good_psa.h"

#define FAULT_CREATE_TICKET faulty
static psa_status faulty(const psa_call *call, psa_instance *instance, psa_str reference, psa_str ticket)
{
    (void)reference;
    return psa_create_ticket(call, instance, TEXT("psa-host"), ticket);
}

#include "tests/faults/good_psa_rest.h"
