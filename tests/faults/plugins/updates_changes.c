/* Describes its updates differently each time. */
#include "tests/faults/good_base.h"

#define FAULT_DESCRIBE_UPDATES faulty
static psa_status faulty(const psa_call *call)
{
    static int times;
    call->put_result(call,
                     ++times % 2 == 1
                         ? TEXT("{\"version\":1,\"noteMaxLength\":200,\"quietSeconds\":0,\"resolvedStatuses\":[],"
                                "\"reopenedStatuses\":[],\"changes\":[],\"afterCreate\":[],\"removesNotes\":false}")
                         : TEXT("{\"version\":1,\"noteMaxLength\":300,\"quietSeconds\":0,\"resolvedStatuses\":[],"
                                "\"reopenedStatuses\":[],\"changes\":[],\"afterCreate\":[],\"removesNotes\":false}"));
    return PSA_OK;
}

#include "tests/faults/good_updates.h"

#include "tests/faults/good_rest.h"
