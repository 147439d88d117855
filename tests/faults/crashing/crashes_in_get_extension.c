#include "tests/faults/good_base.h"

#define FAULT_GET_EXTENSION faulty
static const void *faulty(const psa_host *host, const char *id)
{
    (void)host, (void)id;
    abort();
}

#include "tests/faults/good_rest.h"
