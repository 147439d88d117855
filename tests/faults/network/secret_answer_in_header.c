/* Sends a text of a response that it has marked as containing secrets in a header that it does not mark. */
#define FAULT_READ_FLAGS (strcmp(path, "/me") == 0 ? PSA_HTTP_SECRET_ANSWER : 0u)
#define FAULT_KEY_FLAGS (state->used ? 0u : PSA_HTTP_SECRET)
#include "tests/faults/good_psa.h"

#define FAULT_TEST faulty
static psa_status faulty(const psa_call *call, psa_instance *instance)
{
    struct psa_state signed_in = *state_of(instance);
    struct answer answer;
    psa_str user;
    ask(&signed_in, call, "/me", good_text("", 0), &answer);
    user = text_at(good_text(answer.body, answer.size), "user", NULL);
    if (status_of(&answer) != PSA_OK || user.data == NULL || user.size >= sizeof signed_in.key)
        return finish_test(call, &answer);
    snprintf(signed_in.key, sizeof signed_in.key, "%.*s", (int)user.size, user.data);
    signed_in.used = 1;
    ask(&signed_in, call, "/me", good_text("", 0), &answer);
    return finish_test(call, &answer);
}

#include "tests/faults/good_psa_rest.h"
