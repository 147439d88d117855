/* Asks where the PSA is before it looks for or creates a ticket, and goes on without the answer: fine where check.toml says
 * that this look-up is optional. */
#include "tests/faults/good_psa.h"

/* PSA_OK unless the host wants the call to end. */
static psa_status discover(const psa_call *call, psa_instance *instance)
{
    struct answer answer;
    ask(state_of(instance), call, "/discover?v=1", good_text("", 0), &answer);
    if (answer.delivery == PSA_HTTP_ANSWERED)
        return PSA_OK;
    if (answer.reason != PSA_HTTP_REASON_TIMEOUT && answer.reason != PSA_HTTP_REASON_CANCELLED)
        return PSA_OK;
    return fail(call, unsent_status(answer.reason), &answer);
}

#define FAULT_FIND finds
static psa_status finds(const psa_call *call, psa_instance *instance, psa_str reference)
{
    struct answer answer;
    char path[100];
    const psa_status status = discover(call, instance);
    if (status != PSA_OK)
        return status;
    snprintf(path, sizeof path, "/tickets?reference=%.*s", (int)reference.size, reference.data);
    ask(state_of(instance), call, path, good_text("", 0), &answer);
    return finish_ticket(call, &answer, "\"tickets\":[", "]");
}

#define FAULT_CREATE_TICKET creates
static psa_status creates(const psa_call *call, psa_instance *instance, psa_str reference, psa_str ticket)
{
    const psa_status status = discover(call, instance);
    return status != PSA_OK ? status : psa_create_ticket(call, instance, reference, ticket);
}

#include "tests/faults/good_psa_rest.h"
