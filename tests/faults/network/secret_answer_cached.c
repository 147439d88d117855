/* Keeps a text of a response that it has marked as containing secrets where no secret belongs. */
#define FAULT_READ_FLAGS (strcmp(path, "/me") == 0 ? PSA_HTTP_SECRET_ANSWER : 0u)
#include "tests/faults/good_psa.h"

#include <psa/cache.h>

#define FAULT_TEST faulty
static psa_status faulty(const psa_call *call, psa_instance *instance)
{
    struct psa_state *state = state_of(instance);
    const psa_cache *cache = (const psa_cache *)state->host->get_extension(state->host, PSA_CACHE_ID);
    struct answer answer;
    psa_str user;
    ask(state, call, "/me", good_text("", 0), &answer);
    user = text_at(good_text(answer.body, answer.size), "user", NULL);
    if (cache != NULL && status_of(&answer) == PSA_OK && user.data != NULL)
        cache->put(call, TEXT("user"), user, 60000);
    return finish_test(call, &answer);
}

#include "tests/faults/good_psa_rest.h"
