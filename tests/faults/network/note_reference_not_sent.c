/* Adds a note without the reference, so that it cannot be found again. */
#include "tests/faults/good_psa.h"

#define FAULT_ADD_NOTE faulty
static psa_status faulty(const psa_call *call, psa_instance *instance, psa_str ticket_id, psa_str reference,
                         psa_str note)
{
    (void)reference;
    return psa_add_note(call, instance, ticket_id, TEXT("NONE"), note);
}

#include "tests/faults/good_psa_rest.h"
