#include "tests/faults/good_psa.h"

#include <unistd.h>
#define FAULT_LIST faulty
static psa_status faulty(const psa_call *call, psa_instance *instance, const psa_choices_query *query)
{
    (void)call, (void)instance, (void)query;
    for (;;)
        pause();
}

#include "tests/faults/good_psa_rest.h"
