/* No fault: it keeps a text of a response that it has marked as containing secrets in psa.secrets/1. */
#define FAULT_READ_FLAGS (strcmp(path, "/me") == 0 ? PSA_HTTP_SECRET_ANSWER : 0u)
#include "tests/faults/good_psa.h"

#include <psa/secrets.h>

#define FAULT_TEST keeping
static psa_status keeping(const psa_call *call, psa_instance *instance)
{
    struct psa_state *state = state_of(instance);
    const psa_secrets *secrets = (const psa_secrets *)state->host->get_extension(state->host, PSA_SECRETS_ID);
    struct answer answer;
    psa_str user;
    ask(state, call, "/me", good_text("", 0), &answer);
    user = text_at(good_text(answer.body, answer.size), "user", NULL);
    if (secrets != NULL && status_of(&answer) == PSA_OK && user.data != NULL && user.size >= 4 && user.size <= 16384)
        secrets->keep(call, TEXT("user"), user, 60000);
    return finish_test(call, &answer);
}

#include "tests/faults/good_psa_rest.h"
