/* Takes a watermark that it cannot read for the latest one. */
#include "tests/faults/good_psa.h"

#define FAULT_ACTIVITY faulty
static psa_status faulty(const psa_call *call, psa_instance *instance, psa_str ticket_id, psa_str watermark)
{
    return psa_activity(call, instance, ticket_id, number_in(watermark) < 0 ? TEXT("99999") : watermark);
}

#include "tests/faults/good_psa_rest.h"
