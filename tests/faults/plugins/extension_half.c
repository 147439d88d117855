#include "tests/faults/good_base.h"

#include <psa/find_ticket.h>
#define FAULT_DESCRIPTOR DESCRIPTOR(FORM(""), ",\"extensions\":[\"psa.find-ticket/1\"]")
#define FAULT_GET_EXTENSION half
static const void *half(const psa_host *host, const char *id)
{
    static const psa_find_ticket table = {sizeof table, 0, NULL};
    (void)host;
    return strcmp(id, PSA_FIND_TICKET_ID) == 0 ? &table : NULL;
}

#include "tests/faults/good_rest.h"
