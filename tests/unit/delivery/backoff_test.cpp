#include "host/delivery/policy.h"

#include <catch2/catch.hpp>

using namespace std::chrono_literals;
using psa::delivery::DeliveryPolicy;
using psa::delivery::lookupInterval;
using psa::delivery::probeWait;
using psa::delivery::retryWait;

TEST_CASE("retries come at random below a bound that doubles up to the cap", "[backoff]")
{
    const DeliveryPolicy policy;
    std::vector<std::uint64_t> bounds;
    const auto record = [&](std::uint64_t limit) {
        bounds.push_back(limit);
        return limit - 1;
    };
    CHECK(retryWait(policy, 1, record) == 1s);
    CHECK(retryWait(policy, 2, record) == 2s);
    CHECK(retryWait(policy, 5, record) == 16s);
    CHECK(retryWait(policy, 10, record) == 512s);
    CHECK(retryWait(policy, 11, record) == 15min);
    CHECK(retryWait(policy, 4000000000U, record) == 15min);
    CHECK(bounds == std::vector<std::uint64_t>{1000, 2000, 16000, 512000, 900000, 900000});
    CHECK(retryWait(policy, 5, [](std::uint64_t) { return std::uint64_t(0); }) == 1ms);
}

namespace {

using Times = std::vector<std::chrono::milliseconds>;

/// When the host looks for an absent ticket.
Times looksOf(const DeliveryPolicy &policy, bool quotaToSpare)
{
    Times at;
    std::chrono::milliseconds since{0};
    while (since < policy.quietPeriod)
    {
        since += lookupInterval(policy, since, quotaToSpare);
        at.push_back(since);
    }
    return at;
}

} // namespace

TEST_CASE("lookups of a ticket come at growing intervals, and one at the end of the quiet period", "[backoff]")
{
    DeliveryPolicy policy;
    CHECK(looksOf(policy, false) == Times{2s, 10s, 42s, 170s, 300s + 10ms});
    CHECK(looksOf(policy, true) == Times{2s, 10s, 42s, 102s, 162s, 222s, 300s + 10ms});
    policy.quietPeriod = 60s;
    CHECK(looksOf(policy, true) == Times{2s, 10s, 42s, 60s + 10ms});
    policy.quietPeriod = 1s;
    CHECK(looksOf(policy, true) == Times{1s + 10ms});
}

TEST_CASE("a failed lookup is repeated within a minute while there is spare quota, otherwise at growing intervals",
          "[backoff]")
{
    const DeliveryPolicy policy;
    CHECK(lookupInterval(policy, 88s, true) == 60s);
    CHECK(lookupInterval(policy, 5min - 1ms, true) == 11ms);
    CHECK(lookupInterval(policy, 5min - 1ms, false) == 11ms);
    CHECK(lookupInterval(policy, 5min, true) == 60s);
    CHECK(lookupInterval(policy, 5min, false) == 15min);
    CHECK(lookupInterval(policy, 47h, true) == 60s);
    CHECK(lookupInterval(policy, 47h, false) == 15min);
}

TEST_CASE("probes of a pause come at growing intervals up to the cap", "[backoff]")
{
    const DeliveryPolicy policy;
    CHECK(probeWait(policy, 0) == 15s);
    CHECK(probeWait(policy, 3) == 120s);
    CHECK(probeWait(policy, 99) == 15min);
}
