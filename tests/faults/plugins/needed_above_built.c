#include "tests/faults/good_base.h"

#define FAULT_NEEDED 5

#include "tests/faults/good_rest.h"
