/* Says that the responses to its reads contain secrets, and that it works with hosts of minor 0, which would record them. */
#define FAULT_READ_FLAGS 2u /* PSA_HTTP_SECRET_ANSWER, hidden below minor 1 */
#include "tests/faults/good_psa.h"

#include "tests/faults/good_psa_rest.h"
