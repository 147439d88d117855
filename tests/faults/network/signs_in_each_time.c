/* Signs in for each ticket, although its token is still good. */
#include "tests/faults/good_psa.h"

#include "tests/faults/good_login.h"

#define FAULT_CREATE_TICKET faulty
static psa_status faulty(const psa_call *call, psa_instance *instance, psa_str reference, psa_str ticket)
{
    struct answer answer;
    const psa_status status = sign_in(state_of(instance), call, &answer);
    return status != PSA_OK ? status : psa_create_ticket(call, instance, reference, ticket);
}

#include "tests/faults/good_psa_rest.h"
