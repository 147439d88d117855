/* Ends its process in dlopen, before the host can ask it anything. */
#include "tests/faults/good_base.h"

#include <unistd.h>

__attribute__((constructor)) static void leave(void)
{
    _exit(7);
}

#include "tests/faults/good_rest.h"
