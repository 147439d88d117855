// Contains a copy of the C++ library.
extern "C" {
#include "tests/faults/good_base.h"

#include <psa/note.h>
PSA_PLUGIN_NOTE(PSA_PLUGIN_ID, PSA_PLUGIN_VERSION)
}
#include <stdexcept>

extern "C" {
#define FAULT_TEST throwing_within
static psa_status throwing_within(const psa_call *call, psa_instance *)
try
{
    throw std::runtime_error("caught");
}
catch (const std::exception &)
{
    call->put_result(call, TEXT("{\"version\":1,\"summary\":\"Connected\"}"));
    return PSA_OK;
}
#include "tests/faults/good_rest.h"
}
