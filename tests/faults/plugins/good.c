#include "tests/faults/good_base.h"

#include "tests/faults/good_rest.h"
