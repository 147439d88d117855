/* Sets the status without looking whether a human changed it meanwhile. */
#include "tests/faults/good_psa.h"

#define FAULT_CHANGE faulty
static psa_status faulty(const psa_call *call, psa_instance *instance, psa_str ticket_id, psa_str change)
{
    struct answer answer;
    const psa_str status = text_at(change, "status", NULL);
    memset(&answer, 0, sizeof answer);
    return is_plain(status) ? set_status(call, instance, ticket_id, status) : fail(call, PSA_INVALID_TICKET, &answer);
}

#include "tests/faults/good_psa_rest.h"
