/* Says that it deletes notes, and has no function for it. */
#include "tests/faults/good_base.h"

#define FAULT_UPDATE_DESCRIPTION                                                                                       \
    "{\"version\":1,\"noteMaxLength\":200,\"quietSeconds\":0,\"resolvedStatuses\":[],\"reopenedStatuses\":[],"         \
    "\"changes\":[],\"afterCreate\":[],\"removesNotes\":true}"

#include "tests/faults/good_updates.h"

#include "tests/faults/good_rest.h"
