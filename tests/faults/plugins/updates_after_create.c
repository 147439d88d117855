/* Wants a member to be set after the ticket was created, and cannot set it. */
#include "tests/faults/good_base.h"

#define FAULT_UPDATE_DESCRIPTION                                                                                       \
    "{\"version\":1,\"noteMaxLength\":200,\"quietSeconds\":0,\"resolvedStatuses\":[],\"reopenedStatuses\":[],"         \
    "\"changes\":[\"status\"],\"afterCreate\":[\"device\"],\"removesNotes\":false}"

#include "tests/faults/good_updates.h"

#include "tests/faults/good_rest.h"
