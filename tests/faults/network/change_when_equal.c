/* Sets the status although the ticket has it, which triggers the PSA's rules again. */
#include "tests/faults/good_psa.h"

#define FAULT_CHANGE faulty
static psa_status faulty(const psa_call *call, psa_instance *instance, psa_str ticket_id, psa_str change)
{
    struct answer answer;
    char path[200];
    const psa_str status = text_at(change, "status", NULL);
    memset(&answer, 0, sizeof answer);
    if (!is_plain(status))
        return fail(call, PSA_INVALID_TICKET, &answer);
    ticket_path(path, sizeof path, ticket_id, "");
    ask(state_of(instance), call, path, good_text("", 0), &answer);
    if (is_gone(&answer) || status_of(&answer) != PSA_OK)
        return fail_update(call, &answer);
    return set_status(call, instance, ticket_id, status);
}

#include "tests/faults/good_psa_rest.h"
