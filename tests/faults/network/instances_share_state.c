/* One buffer for all instances: two tickets at once, and one of them gets the other's reference. */
#include "tests/faults/good_psa.h"

#define FAULT_CREATE_TICKET faulty
static psa_status faulty(const psa_call *call, psa_instance *instance, psa_str reference, psa_str ticket)
{
    static char shared[41];
    char *const mine = shared;
    snprintf(mine, sizeof shared, "%.*s", (int)reference.size, reference.data);
    return psa_create_ticket(call, instance, good_text(mine, strlen(mine)), ticket);
}

#include "tests/faults/good_psa_rest.h"
