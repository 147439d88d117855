/* Sends the ticket a second time, to be sure, and does not care what becomes of that. */
#include "tests/faults/good_psa.h"

#define FAULT_CREATE_TICKET faulty
static psa_status faulty(const psa_call *call, psa_instance *instance, psa_str reference, psa_str ticket)
{
    struct answer answer, again;
    psa_status status =
        send_ticket(state_of(instance), call, reference, ticket, text_at(ticket, "title", NULL), &answer);
    if (status == PSA_OK && status_of(&answer) == PSA_OK)
        status = send_ticket(state_of(instance), call, reference, ticket, text_at(ticket, "title", NULL), &again);
    if (status != PSA_OK)
        return status;
    return finish_ticket(call, &answer, "\"ticket\":", "");
}

#include "tests/faults/good_psa_rest.h"
