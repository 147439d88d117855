#include "tests/faults/good_base.h"

#define FAULT_MAJOR 7

#include "tests/faults/good_rest.h"
