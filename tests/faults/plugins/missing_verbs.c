#include "tests/faults/good_base.h"

#define FAULT_TEST NULL
#define FAULT_CREATE_TICKET NULL
__attribute__((unused)) static psa_status (*const kept)(const psa_call *, psa_instance *, psa_str, psa_str);

#include "tests/faults/good_rest.h"
