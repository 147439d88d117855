#include "tests/faults/good_base.h"

/* Answers two ids with one table. */
#include <psa/choices.h>
#include <psa/find_ticket.h>
static psa_status find(const psa_call *call, psa_instance *instance, psa_str reference)
{
    (void)instance, (void)reference;
    call->put_result(call, TEXT("{\"version\":1,\"tickets\":[]}"));
    return PSA_OK;
}
#define FAULT_GET_EXTENSION same
static const void *same(const psa_host *host, const char *id)
{
    static const psa_find_ticket table = {sizeof table, 0, find};
    (void)host;
    return strcmp(id, PSA_FIND_TICKET_ID) == 0 || strcmp(id, PSA_CHOICES_ID) == 0 ? (const void *)&table : NULL;
}

#include "tests/faults/good_rest.h"
