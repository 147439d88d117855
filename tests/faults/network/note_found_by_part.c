/* Takes a note for its own if the reference is a part of that note's. */
#include "tests/faults/good_psa.h"

#define FAULT_FIND_NOTE faulty
static psa_status faulty(const psa_call *call, psa_instance *instance, psa_str ticket_id, psa_str reference)
{
    struct answer answer;
    psa_str other;
    ask_notes(call, instance, ticket_id, &answer);
    if (is_gone(&answer) || status_of(&answer) != PSA_OK)
        return fail_update(call, &answer);
    if (memmem(answer.body, answer.size, "\"notes\":[", 9) == NULL)
        return fail(call, PSA_UNAVAILABLE, &answer);
    other = text_at(good_text(answer.body, answer.size), "reference", NULL);
    if (other.data == NULL || memmem(other.data, other.size, reference.data, reference.size) == NULL)
        return no_notes(call);
    return finish_ticket(call, &answer, "\"notes\":[", "]");
}

#include "tests/faults/good_psa_rest.h"
