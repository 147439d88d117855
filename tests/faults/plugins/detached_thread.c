/* Each test leaves a thread behind that outlives the call. */
#include "tests/faults/good_psa.h"

#include <pthread.h>
#include <unistd.h>

static void *wait_for_ever(void *nothing)
{
    for (;;)
        pause();
    return nothing;
}

#define FAULT_TEST faulty
static psa_status faulty(const psa_call *call, psa_instance *instance)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, wait_for_ever, NULL) == 0)
        pthread_detach(thread);
    return psa_test(call, instance);
}

#include "tests/faults/good_psa_rest.h"
