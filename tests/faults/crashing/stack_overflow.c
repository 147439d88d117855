#include "tests/faults/good_base.h"

NO_SANITIZER static unsigned deeper(unsigned depth)
{
    volatile char frame[1 << 14];
    frame[depth % sizeof frame] = 1;
    return deeper(depth + 1) + (unsigned)frame[0];
}

#define FAULT_TEST faulty
static psa_status faulty(const psa_call *call, psa_instance *instance)
{
    (void)call, (void)instance;
    return deeper(0);
}

#include "tests/faults/good_rest.h"
