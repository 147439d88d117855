/* Takes a page that it cannot read for "there is no such note", so the host adds the note again. */
#include "tests/faults/good_psa.h"

#define FAULT_FIND_NOTE faulty
static psa_status faulty(const psa_call *call, psa_instance *instance, psa_str ticket_id, psa_str reference)
{
    struct answer answer;
    ask_notes(call, instance, ticket_id, &answer);
    if (answer.status / 100 == 2 && memmem(answer.body, answer.size, "\"notes\":[", 9) == NULL)
        return no_notes(call);
    if (is_gone(&answer) || status_of(&answer) != PSA_OK)
        return fail_update(call, &answer);
    if (!same_text(text_at(good_text(answer.body, answer.size), "reference", NULL), reference))
        return no_notes(call);
    return finish_ticket(call, &answer, "\"notes\":[", "]");
}

#include "tests/faults/good_psa_rest.h"
