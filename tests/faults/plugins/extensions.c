#include "tests/faults/good_base.h"

/* Offers all three, of which it describes two; psa.ticket/1 gives a document of another kind. */
#include <psa/choices.h>
#include <psa/find_ticket.h>
#include <psa/ticket.h>

#include <stdio.h>

#define FAULT_DESCRIPTOR DESCRIPTOR(FORM(""), ",\"extensions\":[\"psa.find-ticket/1\",\"psa.choices/1\"]")

static psa_status find(const psa_call *call, psa_instance *instance, psa_str reference)
{
    char text[200];
    (void)instance;
    snprintf(text, sizeof text, "{\"version\":1,\"tickets\":[{\"id\":\"%.*s\"}]}", (int)reference.size, reference.data);
    call->put_result(call, good_text(text, strlen(text)));
    return PSA_OK;
}

static psa_status list(const psa_call *call, psa_instance *instance, const psa_choices_query *query)
{
    char text[200];
    (void)instance;
    snprintf(text, sizeof text, "{\"version\":1,\"items\":[{\"id\":\"1\",\"label\":\"%.*s %.*s %u\"}]}",
             (int)query->list.size, query->list.data, (int)query->query.size, query->query.data,
             (unsigned)query->limit);
    call->put_result(call, good_text(text, strlen(text)));
    return PSA_OK;
}

static psa_status read_ticket(const psa_call *call, psa_instance *instance, psa_str id)
{
    (void)instance, (void)id;
    call->put_result(call, TEXT("{\"version\":1}"));
    return PSA_OK;
}

#define FAULT_FIND find
#define FAULT_LIST list
#define FAULT_READ read_ticket
#include "tests/faults/good_extensions.h"
#include "tests/faults/good_rest.h"
