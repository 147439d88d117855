/* The ticket may be there, and the host is told that it is not. */
#include "tests/faults/good_psa.h"

#define FAULT_CREATE_TICKET faulty
static psa_status faulty(const psa_call *call, psa_instance *instance, psa_str reference, psa_str ticket)
{
    struct answer answer;
    const psa_status status =
        send_ticket(state_of(instance), call, reference, ticket, text_at(ticket, "title", NULL), &answer);
    if (status != PSA_OK)
        return status;
    if (answer.delivery == PSA_HTTP_NO_ANSWER)
        return fail(call, PSA_UNAVAILABLE, &answer);
    return finish_ticket(call, &answer, "\"ticket\":", "");
}

#include "tests/faults/good_psa_rest.h"
