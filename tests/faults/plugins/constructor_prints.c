#include "tests/faults/good_base.h"

#include <stdio.h>

__attribute__((constructor)) static void print(void)
{
    puts("fault loaded");
    fflush(stdout);
}

#include "tests/faults/good_rest.h"
