/* Looks only at the beginning of an id. */
#include "tests/faults/good_base.h"

#include <psa/choices.h>

#define FAULT_DESCRIPTOR DESCRIPTOR(FORM(""), ",\"extensions\":[\"psa.choices/1\"]")

static psa_status list(const psa_call *call, psa_instance *instance, const psa_choices_query *query)
{
    (void)instance, (void)query;
    call->put_result(call, TEXT("{\"version\":1,\"items\":[]}"));
    return PSA_OK;
}

#define FAULT_GET_EXTENSION faulty
static const void *faulty(const psa_host *host, const char *id)
{
    static const psa_choices table = {sizeof table, 0, list};
    (void)host;
    return strncmp(id, PSA_CHOICES_ID, strlen("psa.choices/")) == 0 ? &table : NULL;
}

#include "tests/faults/good_rest.h"
