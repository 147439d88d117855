/* Calls a note invalid because its ticket was deleted. */
#include "tests/faults/good_psa.h"

#define FAULT_ADD_NOTE faulty
static psa_status faulty(const psa_call *call, psa_instance *instance, psa_str ticket_id, psa_str reference,
                         psa_str note)
{
    struct answer answer;
    const psa_status status = send_note(call, instance, ticket_id, reference, text_at(note, "text", NULL),
                                        text_at(note, "visibility", NULL), &answer);
    if (status != PSA_OK)
        return status;
    return is_gone(&answer) ? fail(call, PSA_INVALID_TICKET, &answer) : finish_note(call, &answer);
}

#include "tests/faults/good_psa_rest.h"
