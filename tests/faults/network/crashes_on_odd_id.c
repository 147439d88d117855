/* An id that is not a string was not thought of. */
#include "tests/faults/good_psa.h"

#define FAULT_READ faulty
NO_SANITIZER static psa_status faulty(const psa_call *call, psa_instance *instance, psa_str id)
{
    struct answer answer;
    char path[100];
    const char *id_at;
    snprintf(path, sizeof path, "/tickets/%.*s", (int)id.size, id.data);
    ask(state_of(instance), call, path, good_text("", 0), &answer);
    id_at = (const char *)memmem(answer.body, answer.size, "\"id\":", 5);
    if (status_of(&answer) == PSA_OK && id_at != NULL && id_at[5] != '"')
    {
        int *volatile nowhere = NULL;
        *(volatile int *)nowhere = 1;
    }
    if (answer.delivery == PSA_HTTP_ANSWERED && answer.status == 404)
        return fail(call, PSA_NOT_FOUND, &answer);
    return finish_ticket(call, &answer, "\"ticket\":", "");
}

#include "tests/faults/good_psa_rest.h"
