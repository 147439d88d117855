/* Puts the title into its request without its escapes. */
#include "tests/faults/good_psa.h"

#define FAULT_CREATE_TICKET faulty
static psa_status faulty(const psa_call *call, psa_instance *instance, psa_str reference, psa_str ticket)
{
    struct answer answer;
    psa_str title = text_at(ticket, "title", NULL);
    char *plain = (char *)calloc(1, title.size + 1);
    size_t i, length = 0;
    psa_status status;
    if (plain == NULL)
        return good_error(call, PSA_INTERNAL, TEXT("no memory"));
    for (i = 0; i < title.size; ++i)
        if (title.data[i] != 92)
            plain[length++] = title.data[i];
    status = send_ticket(state_of(instance), call, reference, ticket, good_text(plain, length), &answer);
    free(plain);
    return status != PSA_OK ? status : finish_ticket(call, &answer, "\"ticket\":", "");
}

#include "tests/faults/good_psa_rest.h"
