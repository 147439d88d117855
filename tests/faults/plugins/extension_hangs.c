#include "tests/faults/good_base.h"

#include <psa/choices.h>

#include <unistd.h>
#define FAULT_GET_EXTENSION hang
static const void *hang(const psa_host *host, const char *id)
{
    (void)host;
    while (strcmp(id, PSA_CHOICES_ID) == 0)
        pause();
    return NULL;
}

#include "tests/faults/good_rest.h"
