/* Note and table say the same: a minor from before the first. */
#include "tests/faults/good_base.h"

#include <psa/note.h>

#undef PSA_ABI_MINOR
#define PSA_ABI_MINOR 0
#undef PSA_TARGET_MINOR
#define PSA_TARGET_MINOR 0
PSA_PLUGIN_NOTE(PSA_PLUGIN_ID, PSA_PLUGIN_VERSION);

#include "tests/faults/good_rest.h"
