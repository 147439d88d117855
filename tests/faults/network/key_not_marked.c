/* Does not tell the host that the header carries a secret. */
#define FAULT_KEY_FLAGS 0
#include "tests/faults/good_psa.h"

#include "tests/faults/good_psa_rest.h"
