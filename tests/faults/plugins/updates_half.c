/* Its psa.update-ticket/1 lacks a required function. */
#include "tests/faults/good_base.h"

#define FAULT_ACTIVITY NULL

#include "tests/faults/good_updates.h"

#include "tests/faults/good_rest.h"
