/* A plugin that logs a line in its calls and when it is configured. */
#include "tests/faults/good_base.h"

#define FAULT_DESCRIPTOR                                                                                               \
    DESCRIPTOR(FORM("\"key\":{\"type\":\"string\",\"title\":\"Key\",\"description\":\"d\",\"secret\":true}"), "")

#define FAULT_TEST test
static psa_status test(const psa_call *call, psa_instance *instance)
{
    (void)instance;
    call->log(call, PSA_LOG_DEBUG, TEXT("looks at the PSA"));
    call->log(call, PSA_LOG_WARNING, TEXT("the key c4n4ry-Pa55word is old"));
    call->put_result(call, TEXT("{\"version\":1,\"summary\":\"Connected\"}"));
    return PSA_OK;
}

#define FAULT_CREATE_TICKET create_ticket
static psa_status create_ticket(const psa_call *call, psa_instance *instance, psa_str reference, psa_str ticket)
{
    (void)instance;
    (void)reference;
    (void)ticket;
    call->log(call, PSA_LOG_INFO, TEXT("creates a ticket"));
    call->put_result(call, TEXT("{\"version\":1,\"ticket\":{\"id\":\"17\"}}"));
    return PSA_OK;
}

#include "tests/faults/good_rest.h"
