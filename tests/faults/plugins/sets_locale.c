#include "tests/faults/good_psa.h"

#include <locale.h>

#define FAULT_CREATE faulty
static psa_status faulty(const psa_call *call, const psa_host *host, psa_instance **instance)
{
    setlocale(LC_ALL, "C.UTF-8");
    return psa_create(call, host, instance);
}

#include "tests/faults/good_psa_rest.h"
