// Lets a C++ exception out of the entry.
#include <stdexcept>
extern "C" {
#include "tests/faults/good_base.h"
#define FAULT_ENTRY
const psa_plugin_api *psa_plugin_entry(const psa_host *)
{
    throw std::runtime_error("thrown on purpose");
}
#include "tests/faults/good_rest.h"
}
