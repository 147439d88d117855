/* Reports a note as not added although its request left and nobody knows. */
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
    return answer.delivery == PSA_HTTP_NO_ANSWER ? fail(call, PSA_UNAVAILABLE, &answer) : finish_note(call, &answer);
}

#include "tests/faults/good_psa_rest.h"
