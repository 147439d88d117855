/* Takes all the memory that it gets, and then goes on. */
#include "tests/faults/good_base.h"

#define FAULT_TEST hostile
static psa_status hostile(const psa_call *call, psa_instance *instance)
{
    const size_t size = 64UL << 20;
    char *memory;
    void *first = NULL;
    (void)instance;
    while ((memory = (char *)malloc(size)) != NULL)
    {
        memcpy(memory, &first, sizeof first);
        first = memory;
    }
    while (first != NULL)
    {
        void *next;
        memcpy(&next, first, sizeof next);
        free(first);
        first = next;
    }
    call->put_result(call, TEXT("{\"version\":1,\"summary\":\"Connected\"}"));
    return PSA_OK;
}

#include "tests/faults/good_rest.h"
