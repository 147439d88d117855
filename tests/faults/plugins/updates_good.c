/* Offers psa.update-ticket/1 without remove_note. */
#include "tests/faults/good_base.h"

#include "tests/faults/good_updates.h"

#include "tests/faults/good_rest.h"
