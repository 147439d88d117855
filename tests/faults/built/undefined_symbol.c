#include "tests/faults/good_base.h"

#include <psa/note.h>
PSA_PLUGIN_NOTE(PSA_PLUGIN_ID, PSA_PLUGIN_VERSION)

extern int nobody_has_this(void);
#define FAULT_TEST calls_it
static psa_status calls_it(const psa_call *call, psa_instance *instance)
{
    (void)call, (void)instance;
    return (psa_status)nobody_has_this();
}

#include "tests/faults/good_rest.h"
