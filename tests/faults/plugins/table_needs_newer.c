#include "tests/faults/good_base.h"

#define FAULT_BUILT 900
#define FAULT_NEEDED 900

#include "tests/faults/good_rest.h"
