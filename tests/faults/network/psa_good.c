/* The good plugin of the imaginary PSA itself. */
#include "tests/faults/good_psa.h"

#include "tests/faults/good_psa_rest.h"
