#include "tests/faults/good_base.h"

#define FAULT_DESCRIPTOR                                                                                               \
    DESCRIPTOR(FORM(""), ",\"reference\":{\"field\":\"ref\",\"maxLength\":40,\"findIsConsistent\":true,"               \
                         "\"quietSeconds\":0}")

#include "tests/faults/good_rest.h"
