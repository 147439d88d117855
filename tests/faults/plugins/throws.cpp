// Lets a C++ exception out of test.
#include <stdexcept>
extern "C" {
#include "tests/faults/good_base.h"
#define FAULT_TEST throwing
static psa_status throwing(const psa_call *, psa_instance *)
{
    throw std::runtime_error("thrown on purpose");
}
#include "tests/faults/good_rest.h"
}
