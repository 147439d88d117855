/* Reads far more for one ticket than its own descriptor allows in an hour. */
#include "tests/faults/good_psa.h"

#define FAULT_LIMITS "\"limits\":{\"instances\":2,\"requests\":[{\"max\":40,\"windowSeconds\":3600}]}"
#define FAULT_CREATE_TICKET faulty
static psa_status faulty(const psa_call *call, psa_instance *instance, psa_str reference, psa_str ticket)
{
    struct answer answer;
    int i;
    for (i = 0; i < 20; ++i)
    {
        ask(state_of(instance), call, "/queues", good_text("", 0), &answer);
        if (status_of(&answer) != PSA_OK)
            return fail(call, status_of(&answer), &answer);
    }
    return psa_create_ticket(call, instance, reference, ticket);
}

#include "tests/faults/good_psa_rest.h"
