/* No fault: each instance signs in once, before its first ticket. */
#include "tests/faults/good_psa.h"

#include "tests/faults/good_login.h"

#define FAULT_CREATE_TICKET signing
static psa_status signing(const psa_call *call, psa_instance *instance, psa_str reference, psa_str ticket)
{
    struct psa_state *state = state_of(instance);
    struct answer answer;
    const psa_status status = state->used > 0 ? PSA_OK : sign_in(state, call, &answer);
    if (status != PSA_OK)
        return status;
    state->used = 1;
    return psa_create_ticket(call, instance, reference, ticket);
}

#include "tests/faults/good_psa_rest.h"
