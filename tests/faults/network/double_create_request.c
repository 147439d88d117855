/* Sends the ticket a second time, to be sure. */
#include "tests/faults/good_psa.h"

#define FAULT_CREATE_TICKET faulty
static psa_status faulty(const psa_call *call, psa_instance *instance, psa_str reference, psa_str ticket)
{
    struct answer answer;
    const psa_status status =
        send_ticket(state_of(instance), call, reference, ticket, text_at(ticket, "title", NULL), &answer);
    if (status != PSA_OK)
        return status;
    if (status_of(&answer) == PSA_OK)
        return psa_create_ticket(call, instance, reference, ticket);
    return finish_ticket(call, &answer, "\"ticket\":", "");
}

#include "tests/faults/good_psa_rest.h"
