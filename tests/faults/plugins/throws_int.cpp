// Lets something out of test that is not an exception of the standard library.
extern "C" {
#include "tests/faults/good_base.h"
#define FAULT_TEST throwing
static psa_status throwing(const psa_call *, psa_instance *)
{
    throw 42;
}
#include "tests/faults/good_rest.h"
}
