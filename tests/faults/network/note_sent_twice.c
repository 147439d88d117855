/* Adds each note twice. */
#include "tests/faults/good_psa.h"

#define FAULT_ADD_NOTE faulty
static psa_status faulty(const psa_call *call, psa_instance *instance, psa_str ticket_id, psa_str reference,
                         psa_str note)
{
    const psa_str text = text_at(note, "text", NULL);
    const psa_str visibility = text_at(note, "visibility", NULL);
    struct answer answer, again;
    const psa_status status = send_note(call, instance, ticket_id, reference, text, visibility, &answer);
    if (status != PSA_OK)
        return status;
    if (status_of(&answer) == PSA_OK)
        send_note(call, instance, ticket_id, reference, text, visibility, &again);
    return finish_note(call, &answer);
}

#include "tests/faults/good_psa_rest.h"
