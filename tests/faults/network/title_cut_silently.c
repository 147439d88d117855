/* Cuts the title, and nobody is told. */
#include "tests/faults/good_psa.h"

#define FAULT_CREATE_TICKET faulty
static psa_status faulty(const psa_call *call, psa_instance *instance, psa_str reference, psa_str ticket)
{
    struct answer answer;
    psa_str title = text_at(ticket, "title", NULL);
    psa_status status;
    if (title.size > 80)
        title.size = 80;
    status = send_ticket(state_of(instance), call, reference, ticket, title, &answer);
    return status != PSA_OK ? status : finish_ticket(call, &answer, "\"ticket\":", "");
}

#include "tests/faults/good_psa_rest.h"
