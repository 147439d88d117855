/* Creates the ticket with a request that it does not call a change: the host would send it again, even in a dry run. */
#define FAULT_MUTATES 0
#include "tests/faults/good_psa.h"

#include "tests/faults/good_psa_rest.h"
