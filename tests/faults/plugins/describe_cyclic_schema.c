#include "tests/faults/good_base.h"

#define FAULT_DESCRIPTOR                                                                                               \
    DESCRIPTOR("{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"#/definitions/a\"}},"                           \
               "\"definitions\":{\"a\":{\"$ref\":\"#/definitions/a\"}}}",                                              \
               "")

#include "tests/faults/good_rest.h"
