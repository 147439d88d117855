/* Cuts a note after 1000 characters and does not say so. */
#include "tests/faults/good_psa.h"

#define FAULT_ADD_NOTE faulty
static psa_status faulty(const psa_call *call, psa_instance *instance, psa_str ticket_id, psa_str reference,
                         psa_str note)
{
    struct answer answer;
    psa_str text = text_at(note, "text", NULL);
    psa_status status;
    if (text.size > 1000)
        text.size = 1000;
    status = send_note(call, instance, ticket_id, reference, text, text_at(note, "visibility", NULL), &answer);
    return status != PSA_OK ? status : finish_note(call, &answer);
}

#include "tests/faults/good_psa_rest.h"
