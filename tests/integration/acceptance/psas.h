#pragma once

#include "autotask_psa.h"
#include "connectwise_psa.h"
#include "halopsa_psa.h"

/// A case that runs for every PSA. Start it with PSA_OF(...).
#define FOR_EACH_PSA(sentence)                                                                                         \
    TEMPLATE_TEST_CASE(sentence, "", psa::test::AutotaskPsa, psa::test::ConnectWisePsa, psa::test::HaloPsa)

/// Declares `psa`, the PSA of the case; arguments are values of its configuration.
#define PSA_OF(...)                                                                                                    \
    TestType itself{__VA_ARGS__};                                                                                      \
    psa::test::Psa &psa = itself
