// Lets a C++ exception out of get_extension.
#include <stdexcept>
extern "C" {
#include "tests/faults/good_base.h"

#include <psa/find_ticket.h>

#define FAULT_GET_EXTENSION throwing
static const void *throwing(const psa_host *, const char *id)
{
    if (strcmp(id, PSA_FIND_TICKET_ID) != 0)
        return nullptr;
    throw std::runtime_error("thrown on purpose");
}
#include "tests/faults/good_rest.h"
}
