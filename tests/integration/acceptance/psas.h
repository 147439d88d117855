#pragma once

#include "autotask_psa.h"
#include "connectwise_psa.h"

/// A case that runs for every PSA. Begin it with PSA_OF(...).
#define FOR_EACH_PSA(sentence) TEMPLATE_TEST_CASE(sentence, "", psa::test::AutotaskPsa, psa::test::ConnectWisePsa)

/// Declares `psa`, the PSA of the case; the arguments, if any, are values of its configuration.
#define PSA_OF(...)                                                                                                    \
    TestType itself{__VA_ARGS__};                                                                                      \
    psa::test::Psa &psa = itself
