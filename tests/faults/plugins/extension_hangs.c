#include "tests/faults/good_base.h"

#include <unistd.h>
#define FAULT_GET_EXTENSION hang
static const void *hang(const psa_host *host, const char *id)
{
    (void)host, (void)id;
    for (;;)
        pause();
}

#include "tests/faults/good_rest.h"
