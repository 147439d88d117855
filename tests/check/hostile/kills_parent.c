/* Kills the process that started it, and its group. */
#include "tests/faults/good_base.h"

#include <signal.h>
#include <unistd.h>
#define FAULT_TEST hostile
static psa_status hostile(const psa_call *call, psa_instance *instance)
{
    const pid_t parent = getppid();
    (void)call, (void)instance;
    kill(-getpgid(parent), SIGKILL);
    kill(parent, SIGKILL);
    for (;;)
        pause();
}

#include "tests/faults/good_rest.h"
