#include "tests/faults/good_base.h"

#define FAULT_DESCRIPTOR "{\"descriptorVersion\":1,"

#include "tests/faults/good_rest.h"
