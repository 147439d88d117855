/* Kills the process that started it, and its group. */
#include "tests/faults/good_base.h"

#include <signal.h>
#include <unistd.h>
#define FAULT_TEST hostile
static psa_status hostile(const psa_call *call, psa_instance *instance)
{
    const pid_t parent = getppid();
    const pid_t group = getpgid(parent);
    (void)call, (void)instance;
    if (parent > 1 && group > 1) /* 1 would mean everybody */
    {
        kill(-group, SIGKILL);
        kill(parent, SIGKILL);
    }
    for (;;)
        pause();
}

#include "tests/faults/good_rest.h"
