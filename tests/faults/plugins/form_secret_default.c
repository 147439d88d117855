#include "tests/faults/good_base.h"

#define FAULT_DESCRIPTOR                                                                                               \
    DESCRIPTOR(FORM("\"key\":{\"type\":\"string\",\"title\":\"Key\",\"description\":\"d\",\"secret\":true,"            \
                    "\"default\":\"x\"}"),                                                                             \
               "")

#include "tests/faults/good_rest.h"
