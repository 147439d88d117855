#include "tests/faults/good_base.h"

#define FAULT_DESCRIPTOR DESCRIPTOR_WITH("com.example.somebody-else", FORM(""), "")

#include "tests/faults/good_rest.h"
