/* Takes an answer that it cannot read for "there is no such ticket", so the host sends it again. */
#include "tests/faults/good_psa.h"

#define FAULT_FIND faulty
static psa_status faulty(const psa_call *call, psa_instance *instance, psa_str reference)
{
    struct answer answer;
    char path[100];
    snprintf(path, sizeof path, "/tickets?reference=%.*s", (int)reference.size, reference.data);
    ask(state_of(instance), call, path, good_text("", 0), &answer);
    if (answer.status / 100 != 2 || is_object(answer.body, answer.size))
        return finish_ticket(call, &answer, "\"tickets\":[", "]");
    call->put_result(call, TEXT("{\"version\":1,\"tickets\":[]}"));
    return PSA_OK;
}

#include "tests/faults/good_psa_rest.h"
