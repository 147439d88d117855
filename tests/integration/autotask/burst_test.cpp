// Many tickets at once, from many threads.
#include "fixture.h"

#include <catch2/catch.hpp>

#include <atomic>
#include <thread>

using namespace psa::host;
using namespace psa::test;

namespace {

/// `count` tickets from eight threads; gives how many were created.
std::size_t burst(Setup &setup, const std::string &prefix, int count)
{
    std::atomic<int> next{0};
    std::atomic<std::size_t> created{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i)
        threads.emplace_back([&] {
            for (int number = next++; number < count; number = next++)
                created += setup.create(prefix + std::to_string(number), ticket()).ok() ? 1 : 0;
        });
    for (std::thread &thread : threads)
        thread.join();
    return created;
}

} // namespace

TEST_CASE(
    "a burst costs one request a ticket, stays below the limit of requests at once, and logs in without a failure")
{
    constexpr int count = 50;
    Setup setup;
    CHECK(burst(setup, "first-", count) == count);
    CHECK(setup.creates() == count);
    // Each of the two instances may have begun before the other had anything to share.
    const std::size_t fields = setup.sandbox().requests("GET V1.0/{entity}/entityInformation/fields");
    CHECK(setup.lookUps() <= 2);
    CHECK(fields <= 2);
    CHECK(setup.sandbox().requests() == count + setup.lookUps() + fields);

    const std::size_t before = setup.sandbox().requests();
    CHECK(burst(setup, "second-", count) == count);
    CHECK(setup.sandbox().requests() - before == count);

    const auto truth = setup.sandbox().truth();
    for (int i = 0; i < count; ++i)
    {
        CHECK(truth.ticketsWith("first-" + std::to_string(i)) == 1);
        CHECK(truth.ticketsWith("second-" + std::to_string(i)) == 1);
    }
    CHECK(truth.mostAtOnce <= 2);
    CHECK(truth.failedLogins == 0);
}

TEST_CASE("a burst after a good test has nothing left to look up")
{
    constexpr int count = 20;
    Setup setup;
    REQUIRE(setup.test().ok());
    const std::size_t before = setup.sandbox().requests();
    CHECK(burst(setup, "first-", count) == count);
    CHECK(setup.sandbox().requests() - before == count);
}
