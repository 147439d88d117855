/* Note and table say the same: a draft from before 1.0. */
#include "tests/faults/good_base.h"

#include <psa/note.h>

#undef PSA_ABI_MAJOR
#define PSA_ABI_MAJOR 0
PSA_PLUGIN_NOTE(PSA_PLUGIN_ID, PSA_PLUGIN_VERSION);

#include "tests/faults/good_rest.h"
