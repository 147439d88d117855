#include "tests/faults/good_base.h"

#define FAULT_TEST faulty
static psa_status faulty(const psa_call *call, psa_instance *instance)
{
    static char message[40001];
    psa_error error;
    size_t at;
    (void)instance;
    message[0] = 'x'; /* so that no even limit falls between the two-byte characters */
    for (at = 1; at + 1 < sizeof message; at += 2)
    {
        message[at] = '\xC3';
        message[at + 1] = '\xA4';
    }
    memset(&error, 0, sizeof error);
    error.struct_size = sizeof error;
    error.status = PSA_AUTH;
    error.user_message = good_text(message, sizeof message);
    error.hint = TEXT("one\ntwo\x1B[2J");
    call->put_error(call, &error);
    return PSA_AUTH;
}

#include "tests/faults/good_rest.h"
