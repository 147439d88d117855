#include "tests/faults/good_base.h"

#define FAULT_DESCRIPTOR DESCRIPTOR(FORM(""), ",\"name\":\"Again\"")

#include "tests/faults/good_rest.h"
