#include "tests/faults/good_base.h"

#define FAULT_UPDATE_DESCRIPTION                                                                                       \
    "{\"version\":1,\"noteMaxLength\":10,\"quietSeconds\":0,\"resolvedStatuses\":[],\"reopenedStatuses\":[],"          \
    "\"changes\":[],\"afterCreate\":[],\"removesNotes\":false}"

#include "tests/faults/good_updates.h"

#include "tests/faults/good_rest.h"
