/* Remembers that it has read the ticket, and does not read it again. */
#include "tests/faults/good_psa.h"

#define FAULT_CHANGE faulty
static psa_status faulty(const psa_call *call, psa_instance *instance, psa_str ticket_id, psa_str change)
{
    const psa_str status = text_at(change, "status", NULL);
    if (state_of(instance)->used++ == 0 || !is_plain(status))
        return psa_change(call, instance, ticket_id, change);
    return set_status(call, instance, ticket_id, status);
}

#include "tests/faults/good_psa_rest.h"
