/* A process has 1024 of these keys. */
#include "tests/faults/good_psa.h"

#include <pthread.h>

#define FAULT_TEST faulty
static psa_status faulty(const psa_call *call, psa_instance *instance)
{
    pthread_key_t key;
    pthread_key_create(&key, NULL);
    return psa_test(call, instance);
}

#include "tests/faults/good_psa_rest.h"
