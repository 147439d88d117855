/* Cannot delete a note that is deleted already. */
#include "tests/faults/good_psa.h"

#define FAULT_REMOVE_NOTE faulty
static psa_status faulty(const psa_call *call, psa_instance *instance, psa_str ticket_id, psa_str note_id)
{
    struct answer answer;
    ask_removal(call, instance, ticket_id, note_id, &answer);
    return !is_gone(&answer) && status_of(&answer) == PSA_OK ? PSA_OK : fail_update(call, &answer);
}

#include "tests/faults/good_psa_rest.h"
