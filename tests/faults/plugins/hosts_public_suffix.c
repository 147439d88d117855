/* Would let its requests go to every company in the United Kingdom. */
#include "tests/faults/good_base.h"

#define FAULT_DESCRIPTOR                                                                                               \
    "{\"descriptorVersion\":1,\"id\":\"" PSA_PLUGIN_ID "\",\"version\":\"" PSA_PLUGIN_VERSION                          \
    "\",\"name\":\"Fault\",\"vendor\":\"Tests\",\"allowedHosts\":[\"*.co.uk\"],\"configuration\":" FORM("") "}"

#include "tests/faults/good_rest.h"
