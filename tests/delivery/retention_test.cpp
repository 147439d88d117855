// What the host deletes by itself, and when.
#include "tests/delivery/house.h"
#include "tests/unit/store/event_samples.h"

#include <catch2/catch.hpp>

#include <tuple>

using namespace psa::test;
using psa::clock::Clock;

namespace {

void tidyUpWholly(Application &application, const StoreConfig &config)
{
    int rounds = 0;
    while (application.tidyUp(config))
        REQUIRE(++rounds < 100);
}

} // namespace

TEST_CASE("old events and bodies are deleted at the ages that the operator has set", "[retention]")
{
    HostFixture house;
    REQUIRE(!house.with(ring("key"), [&](Application &application) {
        const auto later = [&](std::chrono::days days) {
            house.clock->advance(days);
            tidyUpWholly(application, {});
            return application.store().read([](const StoreReader &reader) {
                const auto delivery = reader.delivery(1);
                return std::tuple(delivery.has_value(), delivery && !delivery->sealedBody.empty(),
                                  reader.event(1).has_value(), reader.episode(1).has_value());
            });
        };
        const Clock::Wall start = house.clock->wallNow();
        add(application.store(), sampleDelivery(start));
        add(application.store(), sampleEvent(start));
        StoredEpisode episode = sampleEpisode(start);
        episode.state = EpisodeState::ended;
        episode.ended = start;
        add(application.store(), episode);
        CHECK(later(std::chrono::days(7)) == std::tuple(true, true, true, true));
        CHECK(later(std::chrono::days(1)) == std::tuple(true, false, true, true));
        CHECK(later(std::chrono::days(82)) == std::tuple(true, false, true, true));
        CHECK(later(std::chrono::days(1)) == std::tuple(false, false, false, false));
    }));
}

TEST_CASE("bodies above the operator's limit are erased before their time", "[retention]")
{
    HostFixture house;
    REQUIRE(!house.with(ring("key"), [&](Application &application) {
        StoreConfig config;
        config.maxBodyBytes = 250;
        for (int i = 0; i < 4; ++i)
            add(application.store(), sampleDelivery(house.clock->wallNow(), 1, std::string(100, 'x')));
        tidyUpWholly(application, config);
        application.store().read([](const StoreReader &reader) {
            CHECK(reader.sourceCounts()[1].bodyBytes == 200);
            CHECK(reader.delivery(2)->sealedBody.empty());
            CHECK(!reader.delivery(3)->sealedBody.empty());
        });
    }));
}
