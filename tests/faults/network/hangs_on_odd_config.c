/* Looks for the end of a text that has none. */
#include "tests/faults/good_psa.h"

#define FAULT_CONFIGURE faulty
static psa_status faulty(const psa_call *call, psa_instance *instance, psa_str json)
{
    volatile int forever = json.size > 20 && json.data[json.size - 1] != '}' && is_object(json.data, 1) == 0;
    while (forever && memmem(json.data, json.size, "apiKey\":\"", 9) != NULL)
        ;
    return psa_configure(call, instance, json);
}

#include "tests/faults/good_psa_rest.h"
