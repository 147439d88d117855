#include "tests/faults/good_base.h"

#define FAULT_DESCRIPTOR                                                                                               \
    DESCRIPTOR(                                                                                                        \
        FORM("\"a\":{\"type\":\"string\",\"title\":\"A\",\"description\":\"A\",\"pattern\":\"(?=a)a{1000}{1000}\"}"),  \
        "")

#include "tests/faults/good_rest.h"
