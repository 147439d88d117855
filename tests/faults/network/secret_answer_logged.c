/* Logs a text of a response that it has marked as containing secrets. */
#define FAULT_READ_FLAGS (strcmp(path, "/me") == 0 ? PSA_HTTP_SECRET_ANSWER : 0u)
#include "tests/faults/good_psa.h"

#define FAULT_TEST faulty
static psa_status faulty(const psa_call *call, psa_instance *instance)
{
    struct answer answer;
    psa_str user;
    char line[400];
    ask(state_of(instance), call, "/me", good_text("", 0), &answer);
    user = text_at(good_text(answer.body, answer.size), "user", NULL);
    if (status_of(&answer) == PSA_OK && user.size < 300)
    {
        snprintf(line, sizeof line, "signed in as %.*s", (int)user.size, user.data);
        call->log(call, PSA_LOG_DEBUG, good_text(line, strlen(line)));
    }
    return finish_test(call, &answer);
}

#include "tests/faults/good_psa_rest.h"
