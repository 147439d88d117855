// What becomes of a delivery: nothing that was taken is lost, and nothing is decided twice.
#include "tests/unit/events/intake_world.h"

#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>

using namespace psa;
using namespace psa::events;
using namespace psa::test;
using namespace std::chrono_literals;
using Catch::Contains;
using store::DeliveryState;

namespace {

constexpr const char *plain = R"({"name":"a","preset":"json"})";

/// Everything in the files of the store.
std::string filesOf(const std::filesystem::path &folder)
{
    std::string all;
    for (const auto &each : std::filesystem::recursive_directory_iterator(folder))
        if (each.is_regular_file())
        {
            std::ifstream file(each.path(), std::ios::binary);
            all.append(std::istreambuf_iterator<char>(file), {});
        }
    return all;
}

} // namespace

TEST_CASE("a delivery is stored with its events before it is answered, and survives a restart", "[intake]")
{
    IntakeWorld world;
    world.add(plain);
    const Received received = world.receive("a", "problem disk");
    CHECK(received.kind == Received::Kind::done);
    REQUIRE(received.events.size() == 1);
    CHECK(received.events[0].decision == "ticket");
    CHECK(world.woken == std::vector<std::string>{"acme"});
    world.open();
    CHECK(world.delivery(received.delivery)->state == DeliveryState::done);
    CHECK(world.intake->request(*world.delivery(received.delivery)).body == "problem disk");
    REQUIRE(world.allEvents().size() == 1);
    CHECK(world.allEvents()[0].deliveryId == received.delivery);
}

TEST_CASE("the body of a delivery is not readable in the files of the store", "[intake]")
{
    IntakeWorld world;
    world.add(plain);
    world.read = [](const SourceSettings &, const RawDelivery &) {
        return ReaderResult{reader::Reading::Kind::failed, {}, "no.", {}, {}};
    };
    const Received received = world.receive("a", "a canary of a body");
    world.open();
    CHECK(filesOf(world.folder.path()).find("canary of a body") == std::string::npos);
    CHECK(world.intake->request(*world.delivery(received.delivery)).body == "a canary of a body");
}

TEST_CASE("credentials of a request are not stored with its delivery", "[intake]")
{
    IntakeWorld world;
    world.add(plain);
    RawDelivery delivery = IntakeWorld::post("problem x");
    delivery.headers["authorization"] = "Bearer canary-of-a-token";
    delivery.headers["x-kept"] = "kept";
    delivery.query = {{"access_token", "canary-of-a-token"}, {"site", "oslo"}};
    const auto row = world.delivery(world.receive("a", delivery).delivery);
    CHECK_THAT(row->requestJson, !Contains("canary") && Contains("x-kept") && Contains("oslo"));
    const RawDelivery again = world.intake->request(*row);
    CHECK(again.method == "POST");
    CHECK(again.query == std::multimap<std::string, std::string>{{"site", "oslo"}});
}

TEST_CASE("what a reader refuses is not kept, and its sender is told why", "[intake]")
{
    IntakeWorld world;
    world.add(plain);
    CHECK_THROWS_WITH(world.receive("a", "no"), "Put an Alertmanager between.");
    CHECK_FALSE(world.delivery(1));
}

TEST_CASE("a delivery that is not understood is kept, told once, and read again when the reader was mended", "[intake]")
{
    IntakeWorld world;
    world.add(plain);
    const Received first = world.receive("a", "nonsense 1");
    CHECK(first.kind == Received::Kind::notUnderstood);
    CHECK(first.reason == "it is nonsense.");
    const Received second = world.receive("a", "nonsense 2");
    REQUIRE(world.notices.size() == 1);
    CHECK(world.notices[0].kind == "source.not-understood");
    CHECK_THAT(world.notices[0].text, Contains("it is nonsense."));
    world.step();
    CHECK(world.readings == 2); // nothing changed: it would not be understood
    world.read = [](const SourceSettings &, const RawDelivery &delivery) {
        return IntakeWorld::readWords({}, IntakeWorld::post("problem " + delivery.body));
    };
    world.sources->change("a", *json::parseObject(R"({"name":"a","preset":"json","reader":".body.mended"})"), {}, {},
                          "test");
    world.step();
    CHECK(world.delivery(first.delivery)->state == DeliveryState::done);
    CHECK(world.delivery(second.delivery)->state == DeliveryState::done);
    REQUIRE(world.allEvents().size() == 2);
    CHECK(world.allEvents()[1].deliveryId == first.delivery); // newest first: in the order in which they arrived
    CHECK(world.allEvents()[1].received == world.delivery(first.delivery)->received);
    world.step();
    CHECK(world.readings == 4);
    CHECK_THROWS_AS(world.intake->readAgain(first.delivery), CannotReadAgain);
}

TEST_CASE("a delivery that is still not understood can be read again on request", "[intake]")
{
    IntakeWorld world;
    world.add(plain);
    const Received first = world.receive("a", "nonsense 1");
    CHECK(world.intake->readAgain(first.delivery).kind == Received::Kind::notUnderstood);
    world.read = [](const SourceSettings &, const RawDelivery &) {
        return IntakeWorld::readWords({}, IntakeWorld::post("problem 1"));
    };
    CHECK(world.intake->readAgain(first.delivery).events.size() == 1);
    CHECK(world.delivery(first.delivery)->reason.empty());
}

TEST_CASE("a reader that was killed three times parks its source, whose deliveries are kept until it is resumed",
          "[intake]")
{
    IntakeWorld world;
    world.add(plain);
    std::vector<std::int64_t> kept;
    for (int i = 0; i < 3; ++i)
        kept.push_back(world.receive("a", "endless " + std::to_string(i)).delivery);
    CHECK(world.sources->get("a")->state.isParked());
    REQUIRE(world.notices.size() == 1);
    CHECK(world.notices[0].kind == "source.parked");
    const Received parked = world.receive("a", "problem x");
    CHECK(parked.kind == Received::Kind::kept);
    CHECK_THAT(parked.reason, Contains("parked"));
    CHECK(world.readings == 3); // it was not read
    world.open();
    CHECK(world.sources->get("a")->state.isParked());
    world.step();
    CHECK(world.readings == 3);
    world.read = [](const SourceSettings &, const RawDelivery &delivery) {
        return IntakeWorld::readWords({}, IntakeWorld::post("problem " + delivery.body));
    };
    world.sources->resume("a", "test");
    world.step();
    CHECK_FALSE(world.sources->get("a")->state.isParked());
    for (const std::int64_t id : kept)
        CHECK(world.delivery(id)->state == DeliveryState::done);
    CHECK(world.delivery(parked.delivery)->state == DeliveryState::done);
    CHECK(world.allEvents().size() == 4);
}

TEST_CASE("kills of a reader long ago do not park its source", "[intake]")
{
    IntakeWorld world;
    world.add(plain);
    for (int i = 0; i < 6; ++i)
    {
        world.receive("a", "endless " + std::to_string(i));
        world.clock->advance(31min);
    }
    CHECK_FALSE(world.sources->get("a")->state.isParked());
}

TEST_CASE("a delivery that met busy readers is read soon, also after a restart", "[intake]")
{
    IntakeWorld world;
    world.add(plain);
    const Received received = world.receive("a", "busy");
    CHECK(received.kind == Received::Kind::kept);
    CHECK(world.wakes > 0);
    CHECK(world.intake->step() > 0ms); // they are still busy
    world.open();
    world.read = [](const SourceSettings &, const RawDelivery &) {
        return IntakeWorld::readWords({}, IntakeWorld::post("problem 1"));
    };
    world.step();
    CHECK(world.delivery(received.delivery)->state == DeliveryState::done);
    CHECK_FALSE(world.intake->step());
}

TEST_CASE("an equal body within five minutes is one delivery", "[intake]")
{
    IntakeWorld world;
    world.add(plain);
    const Received first = world.receive("a", "problem x");
    world.clock->advance(4min);
    const Received second = world.receive("a", "problem x");
    CHECK(second.kind == Received::Kind::duplicate);
    CHECK(second.delivery == first.delivery);
    CHECK(world.allEvents().size() == 1);
    world.clock->advance(2min);
    CHECK(world.receive("a", "problem x").kind == Received::Kind::done);
}

TEST_CASE("a problem that comes back with the same body after its recovery is no duplicate", "[intake]")
{
    IntakeWorld world;
    world.add(plain);
    world.receive("a", "problem x");
    world.clock->advance(1min);
    world.receive("a", "recovery x");
    world.clock->advance(1min);
    CHECK(world.receive("a", "problem x").kind == Received::Kind::done);
}

TEST_CASE("two deliveries with the same id of their sender are one, whatever else differs", "[intake]")
{
    IntakeWorld world;
    world.add(plain);
    world.receive("a", "id 7 x");
    world.clock->advance(24h);
    CHECK(world.receive("a", "id 7 other").kind == Received::Kind::duplicate);
    CHECK(world.receive("a", "id 8 x").kind == Received::Kind::done);
}

TEST_CASE("equal deliveries of two sources are apart", "[intake]")
{
    IntakeWorld world;
    world.add(plain);
    world.add(R"({"name":"b","preset":"json"})");
    CHECK(world.receive("a", "problem x").kind == Received::Kind::done);
    CHECK(world.receive("b", "problem x").kind == Received::Kind::done);
    CHECK(world.receive("a", "id 1 x").kind == Received::Kind::done);
    CHECK(world.receive("b", "id 1 x").kind == Received::Kind::done);
}

TEST_CASE("a source over its quota has to wait, and others do not", "[intake]")
{
    IntakeWorld world;
    world.add(R"({"name":"a","preset":"json","quotaPerMinute":6})");
    world.add(R"({"name":"b","preset":"json"})");
    for (int i = 0; i < 6; ++i)
        world.receive("a", "problem " + std::to_string(i));
    try
    {
        world.receive("a", "problem 7");
        FAIL("it was taken");
    }
    catch (const DeliveryNotTaken &error)
    {
        CHECK(error.why == DeliveryNotTaken::Why::quota);
        CHECK(error.retryAfter == 10s);
    }
    CHECK(world.receive("b", "problem 7").kind == Received::Kind::done);
    world.clock->advance(10s);
    CHECK(world.receive("a", "problem 7").kind == Received::Kind::done);
}

TEST_CASE("without a master key deliveries work, but what cannot be read now is not acknowledged", "[intake]")
{
    IntakeWorld world(false);
    world.add(plain);
    CHECK(world.receive("a", "problem x").kind == Received::Kind::done);
    CHECK_THROWS_WITH(world.receive("a", "nonsense 1"), Contains("master key"));
    CHECK_THROWS_AS(world.receive("a", "endless 1"), DeliveryNotTaken);
    CHECK_FALSE(world.delivery(2));
    RawDelivery query{"GET", "", "", {{"msg", "x"}}, {}};
    world.read = [](const SourceSettings &, const RawDelivery &) {
        return ReaderResult{reader::Reading::Kind::failed, {}, "no.", {}, {}};
    };
    CHECK(world.receive("a", query).kind == Received::Kind::notUnderstood); // all of it is stored without its body
    world.keys.emplace(masterKey("key-1", '1'));
    world.open();
    CHECK(world.receive("a", "nonsense 2").kind == Received::Kind::notUnderstood);
}

TEST_CASE("an end that meets busy readers is no repetition of an earlier one if the problem came back", "[intake]")
{
    IntakeWorld world;
    world.add(plain);
    const auto receive = [&](const char *body) {
        world.clock->advance(1s);
        return world.receive("a", body);
    };
    REQUIRE(receive("problem disk").kind == Received::Kind::done);
    REQUIRE(receive("recovery disk").kind == Received::Kind::done);
    const bool comesBack = GENERATE(true, false);
    if (comesBack)
        REQUIRE(receive("problem again disk").kind == Received::Kind::done);
    const auto readers = std::exchange(world.read, [](const SourceSettings &, const RawDelivery &) {
        return ReaderResult{reader::Reading::Kind::busy, {}, "all readers are busy", {}, {}};
    });
    CHECK(receive("recovery disk").kind == (comesBack ? Received::Kind::kept : Received::Kind::duplicate));
    CHECK(receive("recovery disk").kind == Received::Kind::duplicate);
    CHECK(receive("problem cpu").kind == Received::Kind::kept);
    const Received repeated = receive("recovery disk");
    world.read = readers;
    world.step();
    CHECK(world.allEvents().size() == (comesBack ? 5 : 3)); // the repetition is none
    CHECK(world.delivery(repeated.delivery)->state == DeliveryState::done);
}

TEST_CASE("a source that is turned off takes nothing", "[intake]")
{
    IntakeWorld world;
    world.add(R"({"name":"a","preset":"json","enabled":false})");
    CHECK_THROWS_AS(world.receive("a", "problem x"), DeliveryNotTaken);
    CHECK(world.readings == 0);
}
