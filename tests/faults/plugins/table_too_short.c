#include "tests/faults/good_base.h"

#define FAULT_SIZE 40

#include "tests/faults/good_rest.h"
