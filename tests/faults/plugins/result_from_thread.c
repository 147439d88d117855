/* A thread of the call goes on after it and delivers once more. */
#include "tests/faults/good_base.h"

#include <pthread.h>
#include <unistd.h>

static void *deliver_late(void *call)
{
    usleep(50 * 1000);
    ((const psa_call *)call)->put_result((const psa_call *)call, TEXT("{\"version\":1,\"summary\":\"too late\"}"));
    return NULL;
}

#define FAULT_TEST faulty
static psa_status faulty(const psa_call *call, psa_instance *instance)
{
    pthread_t thread;
    union
    {
        const psa_call *given;
        void *kept;
    } pointer;
    (void)instance;
    pointer.given = call;
    if (pthread_create(&thread, NULL, deliver_late, pointer.kept) == 0)
        pthread_detach(thread);
    call->put_result(call, TEXT("{\"version\":1,\"summary\":\"Connected\"}"));
    return PSA_OK;
}

#include "tests/faults/good_rest.h"
