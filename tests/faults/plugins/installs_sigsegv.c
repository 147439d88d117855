#include "tests/faults/good_psa.h"

#include <signal.h>
#include <unistd.h>

static void on_signal(int number)
{
    (void)number;
    _exit(1);
}

#define FAULT_CREATE faulty
static psa_status faulty(const psa_call *call, const psa_host *host, psa_instance **instance)
{
    signal(SIGSEGV, on_signal);
    return psa_create(call, host, instance);
}

#include "tests/faults/good_psa_rest.h"
