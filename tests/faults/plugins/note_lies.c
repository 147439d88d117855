#include "tests/faults/good_base.h"

#define FAULT_BUILT 2

#include "tests/faults/good_rest.h"
