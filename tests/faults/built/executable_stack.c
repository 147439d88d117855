#include "tests/faults/good_base.h"

#include <psa/note.h>
PSA_PLUGIN_NOTE(PSA_PLUGIN_ID, PSA_PLUGIN_VERSION)

#include "tests/faults/good_rest.h"
