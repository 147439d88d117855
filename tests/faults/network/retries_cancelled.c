/* Asks again and again for as long as the host says that it was cancelled. */
#include "tests/faults/good_psa.h"

#include <unistd.h>

#define FAULT_LIST faulty
static psa_status faulty(const psa_call *call, psa_instance *instance, const psa_choices_query *query)
{
    struct answer answer;
    do
        ask(state_of(instance), call, "/queues", good_text("", 0), &answer);
    while (answer.reason == PSA_HTTP_REASON_CANCELLED && usleep(10 * 1000) == 0);
    return psa_list(call, instance, query);
}

#include "tests/faults/good_psa_rest.h"
