/* Takes a function from a library that this system has not, or not in that version. */
#include "tests/faults/good_base.h"

extern int from_the_future(void);
#define FAULT_TEST calls_it
static psa_status calls_it(const psa_call *call, psa_instance *instance)
{
    (void)call, (void)instance;
    return (psa_status)from_the_future();
}

#include "tests/faults/good_rest.h"
