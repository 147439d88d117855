// Lets a C++ exception out of get_extension.
#include <stdexcept>
extern "C" {
#include "tests/faults/good_base.h"
#define FAULT_GET_EXTENSION throwing
static const void *throwing(const psa_host *, const char *)
{
    throw std::runtime_error("thrown on purpose");
}
#include "tests/faults/good_rest.h"
}
