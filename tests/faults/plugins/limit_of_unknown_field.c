#include "tests/faults/good_base.h"

#define FAULT_DESCRIPTOR                                                                                               \
    DESCRIPTOR(FORM("\"apiUrl\":{\"type\":\"string\",\"title\":\"URL\",\"description\":\"d\"}"),                       \
               ",\"limits\":{\"requests\":[{\"max\":1,\"windowSeconds\":1,\"per\":[\"apiUrl\"]},"                      \
               "{\"max\":9,\"windowSeconds\":9,\"per\":[\"apiURL\"]}]}")

#include "tests/faults/good_rest.h"
