#include "tests/faults/good_base.h"

#define FAULT_DESCRIPTOR DESCRIPTOR(FORM(""), ",\"extensions\":[\"psa.find-ticket/1\"]")

#include "tests/faults/good_rest.h"
