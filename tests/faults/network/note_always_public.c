/* Shows internal notes to the customer. */
#include "tests/faults/good_psa.h"

#define FAULT_ADD_NOTE faulty
static psa_status faulty(const psa_call *call, psa_instance *instance, psa_str ticket_id, psa_str reference,
                         psa_str note)
{
    struct answer answer;
    const psa_status status =
        send_note(call, instance, ticket_id, reference, text_at(note, "text", NULL), TEXT("public"), &answer);
    return status != PSA_OK ? status : finish_note(call, &answer);
}

#include "tests/faults/good_psa_rest.h"
