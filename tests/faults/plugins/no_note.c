/* Good, but built without the ELF note. */
#include "tests/faults/good_base.h"

#include "tests/faults/good_rest.h"
