#include "tests/faults/good_base.h"

#include <psa/note.h>
PSA_PLUGIN_NOTE(PSA_PLUGIN_ID, PSA_PLUGIN_VERSION)

PSA_EXPORT int also_exported(void);
PSA_EXPORT int also_exported(void)
{
    return 1;
}

#include "tests/faults/good_rest.h"
