#include "host/net/value_cache.h"

#include "tests/support/manual_clock.h"

#include <catch2/catch.hpp>

#include <memory>
#include <thread>
#include <vector>

using namespace std::chrono_literals;
using psa::net::ValueCache;
using psa::test::ManualClock;

TEST_CASE("a value exists until it expires", "[value-cache]")
{
    const auto clock = std::make_shared<ManualClock>();
    ValueCache cache(clock);
    CHECK_FALSE(cache.get("zone"));
    CHECK(cache.put("zone", "webservices5", 60s));
    clock->advance(60s - 1ms);
    CHECK(cache.get("zone") == "webservices5");
    clock->advance(1ms);
    CHECK_FALSE(cache.get("zone"));
}

TEST_CASE("a value replaces the older one with its expiry; an empty one or no time removes it", "[value-cache]")
{
    const auto clock = std::make_shared<ManualClock>();
    ValueCache cache(clock);
    CHECK(cache.put("k", "old", 1s));
    CHECK(cache.put("k", "new", 60s));
    clock->advance(2s);
    CHECK(cache.get("k") == "new");
    CHECK(cache.put("k", "", 60s));
    CHECK_FALSE(cache.get("k"));
    CHECK(cache.put("k", "v", 1s));
    CHECK(cache.put("k", "v", 0s));
    CHECK_FALSE(cache.get("k"));
}

TEST_CASE("after clear the cache is empty, and its space is free again", "[value-cache]")
{
    const auto clock = std::make_shared<ManualClock>();
    ValueCache cache(clock, 1000);
    CHECK(cache.put("a", std::string(800, 'x'), 60s));
    cache.clear();
    CHECK_FALSE(cache.get("a"));
    CHECK(cache.put("b", std::string(800, 'x'), 60s));
}

TEST_CASE("a value for which there is no space is not stored, nor is the one that it should replace", "[value-cache]")
{
    const auto clock = std::make_shared<ManualClock>();
    ValueCache cache(clock, 1000);
    CHECK(cache.put("a", std::string(500, 'x'), 60s));
    CHECK(cache.put("b", "small", 60s));
    CHECK_FALSE(cache.put("c", std::string(500, 'x'), 60s));
    CHECK_FALSE(cache.get("c"));
    CHECK_FALSE(cache.put("b", std::string(500, 'x'), 60s));
    CHECK_FALSE(cache.get("b"));
    CHECK(cache.get("a"));
    CHECK(cache.put("a", std::string(700, 'y'), 60s)); // its own space counts as free
}

TEST_CASE("the space of expired values is used before a new one is rejected", "[value-cache]")
{
    const auto clock = std::make_shared<ManualClock>();
    ValueCache cache(clock, 1000);
    CHECK(cache.put("a", std::string(500, 'x'), 1s));
    CHECK_FALSE(cache.put("b", std::string(500, 'x'), 60s));
    clock->advance(1s);
    CHECK(cache.put("b", std::string(500, 'x'), 60s));
}

TEST_CASE("tiny entries use space too", "[value-cache]")
{
    const auto clock = std::make_shared<ManualClock>();
    ValueCache cache(clock, 10 * (ValueCache::entryOverhead + 2));
    for (char key = '0'; key <= '9'; ++key)
        CHECK(cache.put(std::string(1, key), "v", 60s));
    CHECK_FALSE(cache.put("x", "v", 60s));
    CHECK(cache.put("5", "w", 60s));
}

TEST_CASE("key, value and time have their ranges", "[value-cache]")
{
    const auto clock = std::make_shared<ManualClock>();
    ValueCache cache(clock);
    CHECK_THROWS_WITH(cache.get(""), Catch::Contains("1 to 200"));
    CHECK_THROWS_WITH(cache.put("", "v", 1s), Catch::Contains("1 to 200"));
    CHECK_THROWS_WITH(cache.put(std::string(201, 'k'), "v", 1s), Catch::Contains("201"));
    CHECK_THROWS_WITH(cache.put("k", std::string((1 << 20) + 1, 'v'), 1s), Catch::Contains("1048577"));
    CHECK_THROWS_WITH(cache.put("k", "v", 24h + 1ms), Catch::Contains("86400001"));
    CHECK_THROWS_WITH(cache.put("k", "v", -1ms), Catch::Contains("-1"));
    CHECK(cache.put(std::string(200, 'k'), std::string(1 << 20, 'v'), 24h));
    CHECK(cache.get(std::string(200, 'k'))->size() == 1 << 20);
}

TEST_CASE("many threads use one cache", "[value-cache]")
{
    const auto clock = std::make_shared<ManualClock>();
    ValueCache cache(clock, 4000);
    std::vector<std::thread> threads;
    for (int number = 0; number < 4; ++number)
        threads.emplace_back([&cache, &clock, number] {
            for (int i = 0; i < 500; ++i)
            {
                const std::string key = std::to_string((number + i) % 40);
                cache.put(key, key, 5ms);
                cache.get(key);
                clock->advance(1ms);
                if (i % 100 == 0)
                    cache.clear();
            }
        });
    for (std::thread &each : threads)
        each.join();
    clock->advance(5ms);
    CHECK(cache.put("big", std::string(4000 - ValueCache::entryOverhead - 3, 'x'), 1s)); // every byte was returned
}
