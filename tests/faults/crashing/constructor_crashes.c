/* Dies in dlopen, before the host can ask it anything. */
#include "tests/faults/good_base.h"

NO_SANITIZER __attribute__((constructor)) static void crash(void)
{
    int *volatile nowhere = NULL;
    *(volatile int *)nowhere = 1;
}

#include "tests/faults/good_rest.h"
