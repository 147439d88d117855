#include "tests/faults/good_base.h"

#define FAULT_DESCRIPTOR "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"

#include "tests/faults/good_rest.h"
