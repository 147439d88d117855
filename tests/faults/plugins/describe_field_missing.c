#include "tests/faults/good_base.h"

#define FAULT_DESCRIPTOR "{\"descriptorVersion\":1,\"id\":\"" PSA_PLUGIN_ID "\"}"

#include "tests/faults/good_rest.h"
