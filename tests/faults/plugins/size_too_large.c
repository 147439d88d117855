/* The table claims to be longer than that of the minor it was built with. */
#include "tests/faults/good_base.h"

#define FAULT_SIZE 4096

#include "tests/faults/good_rest.h"
