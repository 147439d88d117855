/* An id that is no text was not thought of. */
#include "tests/faults/good_psa.h"

#define FAULT_READ faulty
NO_SANITIZER static psa_status faulty(const psa_call *call, psa_instance *instance, psa_str id)
{
    struct answer answer;
    char path[100];
    psa_str found;
    snprintf(path, sizeof path, "/tickets/%.*s", (int)id.size, id.data);
    ask(state_of(instance), call, path, good_text("", 0), &answer);
    found = text_at(good_text(answer.body, answer.size), "id", NULL);
    if (status_of(&answer) == PSA_OK && found.data == NULL)
    {
        int *volatile nowhere = NULL;
        *(volatile int *)nowhere = 1;
    }
    return psa_read(call, instance, id);
}

#include "tests/faults/good_psa_rest.h"
