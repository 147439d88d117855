/* No fault: when the login of an earlier call has run out, it repeats its request once, as it was. */
#include "tests/faults/good_psa.h"

#define FAULT_CREATE_TICKET renewing
static psa_status renewing(const psa_call *call, psa_instance *instance, psa_str reference, psa_str ticket)
{
    struct psa_state *state = state_of(instance);
    struct answer answer;
    const psa_str title = text_at(ticket, "title", NULL);
    psa_status status = send_ticket(state, call, reference, ticket, title, &answer);
    if (status == PSA_OK && answer.status == 401 && state->used > 0)
        status = send_ticket(state, call, reference, ticket, title, &answer);
    if (status != PSA_OK)
        return status;
    status = finish_ticket(call, &answer, "\"ticket\":", "");
    state->used += status == PSA_OK;
    return status;
}

#include "tests/faults/good_psa_rest.h"
