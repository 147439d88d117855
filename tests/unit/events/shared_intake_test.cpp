// Sources on several hosts that share a store.
#include "tests/unit/events/intake_world.h"

#include <catch2/catch.hpp>

using namespace psa::events;
using namespace psa::fleet;
using namespace psa::store;
using namespace psa::test;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

constexpr const char *sharedSource = R"({"name":"a","preset":"json"})";

/// Two hosts; the first has the lease on the source until it is moved.
struct SharedIntake
{
    std::shared_ptr<MemoryDisk> disk = makeMemoryDisk();
    std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>();
    std::unique_ptr<Store> store = openMemoryStore(disk, clock, true);
    std::map<std::string, std::int64_t> fences;
    std::string holder; ///< What the hosts believe.
    IntakeWorld one{disk, clock, believer("one")};
    IntakeWorld two{disk, clock, believer("two")};
    Sources::Live source = one.add(sharedSource);

    SharedIntake()
    {
        move("one");
        follow();
    }

    std::function<std::optional<Holding>(const LeaseName &)> believer(const std::string &owner)
    {
        return [this, owner](const LeaseName &name) {
            return holder == owner ? std::optional(Holding{name, owner, fences[owner], [] { return true; }})
                                   : std::nullopt;
        };
    }

    /// The lease in the store; and what the hosts believe, unless the old holder has not noticed.
    void move(const std::string &owner, bool noticed = true)
    {
        const LeaseName name = sourceLease(source->stored.id);
        store->write([&](StoreWriter &writer) {
            for (const char *other : {"one", "two"})
                writer.giveLease(name, other);
            fences[owner] = writer.takeLease(name, owner, 1h)->fence;
        });
        if (noticed)
            holder = owner;
    }

    /// The hosts hear of changes.
    void follow()
    {
        one.sources->load();
        two.sources->load();
    }
};

} // namespace

TEST_CASE("a delivery at a host without the lease is acknowledged, and decided by the host that has it",
          "[intake][fleet]")
{
    SharedIntake hosts;
    const Received received = hosts.two.receive("a", "problem disk");
    CHECK(received.kind == Received::Kind::kept);
    CHECK(received.reason == "It waits for the host that handles this source.");
    CHECK(hosts.one.allEvents().empty());
    hosts.two.step();
    CHECK(hosts.one.allEvents().empty()); // not for this host to decide
    hosts.follow();
    hosts.one.step();
    REQUIRE(hosts.one.allEvents().size() == 1);
    CHECK(hosts.one.allEvents().front().deliveryId == received.delivery);
    CHECK(hosts.one.delivery(received.delivery)->state == DeliveryState::done);
    CHECK(hosts.one.delivery(received.delivery)->reason.empty());
    CHECK(hosts.one.woken == std::vector<std::string>{"acme"});
}

TEST_CASE("a host without the lease tells the sender at once that its delivery is refused", "[intake][fleet]")
{
    SharedIntake hosts;
    CHECK_THROWS_WITH(hosts.two.receive("a", "no"), "Put an Alertmanager between.");
    CHECK_FALSE(hosts.one.delivery(1));
}

TEST_CASE("a host that lost the lease without noticing hands a delivery over instead of deciding on it",
          "[intake][fleet]")
{
    SharedIntake hosts;
    hosts.move("two", false); // the fence of the first host is not valid any more
    const Received received = hosts.one.receive("a", "problem disk");
    CHECK(received.kind == Received::Kind::kept);
    CHECK(hosts.one.allEvents().empty());
    hosts.one.step(); // nor does it decide in the background
    CHECK(hosts.one.allEvents().empty());
    hosts.holder = "two";
    hosts.follow();
    hosts.two.step();
    CHECK(hosts.two.allEvents().size() == 1);
}

TEST_CASE("deliveries that wait for a host that is lost are decided by the next one", "[intake][fleet]")
{
    SharedIntake hosts;
    for (const char *body : {"problem 1", "problem 2", "problem 3"})
        hosts.two.receive("a", body);
    hosts.move("two"); // the first host never did anything
    hosts.follow();
    hosts.two.step();
    CHECK(hosts.two.allEvents().size() == 3);
    hosts.two.step();
    CHECK(hosts.two.allEvents().size() == 3);
}

TEST_CASE("a delivery that two hosts took in is decided once", "[intake][fleet]")
{
    SharedIntake hosts;
    SECTION("one after the other, with the same body")
    {
        CHECK(hosts.one.receive("a", "problem disk").kind == Received::Kind::done);
        CHECK(hosts.two.receive("a", "problem disk").kind == Received::Kind::duplicate);
    }
    SECTION("one after the other, with the same id of its sender")
    {
        CHECK(hosts.one.receive("a", "id 7 disk").kind == Received::Kind::done);
        hosts.clock->advance(1h);
        CHECK(hosts.two.receive("a", "id 7 disk").kind == Received::Kind::duplicate);
    }
    SECTION("at the same time, so that neither saw the other's")
    {
        const Received kept = hosts.two.receive("a", "id 8 disk");
        REQUIRE(kept.kind == Received::Kind::kept);
        // As on a database: the row of the other host became visible only after this one was decided.
        hosts.store->write([&](StoreWriter &writer) {
            StoredDelivery row = *writer.delivery(kept.delivery);
            row.received -= 1ms;
            row.state = DeliveryState::done;
            row.reason.clear();
            writer.addDelivery(row);
        });
        hosts.follow();
        hosts.one.step();
        CHECK(hosts.one.delivery(kept.delivery)->state == DeliveryState::done);
        CHECK_THAT(hosts.one.delivery(kept.delivery)->reason, Contains("It repeats the delivery"));
        CHECK(hosts.one.allEvents().empty());
    }
}

TEST_CASE("a delivery that became visible only after later ones is decided with them", "[intake][fleet]")
{
    SharedIntake hosts;
    const Received first = hosts.two.receive("a", "problem 1");
    const Received later = hosts.two.receive("a", "problem 2");
    hosts.follow();
    // While the host reads the later one, the transaction of the first one ends.
    const StoredDelivery row = *hosts.one.delivery(first.delivery);
    const auto set = [&](DeliveryState state) {
        hosts.store->write([&](StoreWriter &writer) {
            StoredDelivery other = row;
            other.state = state;
            writer.saveDelivery(other);
        });
    };
    set(DeliveryState::done); // not there yet
    hosts.one.read = [&](const SourceSettings &source, const RawDelivery &delivery) {
        if (delivery.body == "problem 2")
            set(DeliveryState::kept);
        return IntakeWorld::readWords(source, delivery);
    };
    hosts.one.step();
    CHECK(hosts.one.delivery(later.delivery)->state == DeliveryState::done);
    CHECK(hosts.one.delivery(first.delivery)->state == DeliveryState::done);
    CHECK(hosts.one.allEvents().size() == 2);
}

TEST_CASE("a delivery that was kept by a commit in doubt is decided on", "[intake][fleet]")
{
    SharedIntake hosts;
    const auto lose = [](IntakeWorld &host, const char *body) {
        host.loseCommits(true);
        CHECK_THROWS_AS(host.receive("a", body), StoreError);
        host.loseCommits(false);
    };
    SECTION("by the host that took it in, even if its sender gives up")
    {
        hosts.holder = "two"; // the first host hears too late that the lease is its own
        lose(hosts.one, "problem disk");
        hosts.holder = "one";
        CHECK(hosts.one.wakes > 0);
        hosts.one.step();
        CHECK(hosts.one.allEvents().size() == 1);
    }
    SECTION("by the host to which its sender repeats it")
    {
        lose(hosts.two, "id 7 disk");
        const Received again = hosts.one.receive("a", "id 7 disk");
        CHECK(again.kind == Received::Kind::duplicate);
        CHECK_THAT(again.reason, Contains("It waits"));
        hosts.one.step();
        CHECK(hosts.one.allEvents().size() == 1);
    }
}

TEST_CASE("a delivery read again on request at another host is read by the host that has the lease", "[intake][fleet]")
{
    SharedIntake hosts;
    const Received first = hosts.one.receive("a", "nonsense");
    REQUIRE(first.kind == Received::Kind::notUnderstood);
    hosts.one.read = [](const SourceSettings &source, const RawDelivery &) {
        return IntakeWorld::readWords(source, IntakeWorld::post("problem disk"));
    };
    CHECK(hosts.two.intake->readAgain(first.delivery).kind == Received::Kind::kept);
    hosts.follow();
    hosts.one.step();
    CHECK(hosts.one.delivery(first.delivery)->state == DeliveryState::done);
    CHECK(hosts.one.allEvents().size() == 1);
}

TEST_CASE("the end of a problem that waits for the host with the lease is decided after it", "[intake][fleet]")
{
    SharedIntake hosts;
    REQUIRE(hosts.two.receive("a", "problem disk").kind == Received::Kind::kept);
    const auto before = GENERATE(true, false);
    if (!before)
        hosts.follow(); // the host with the lease has heard of it, and not read it yet
    const Received end = hosts.one.receive("a", "recovery disk");
    CHECK(end.kind == Received::Kind::kept);
    hosts.follow();
    hosts.one.step();
    const auto events = hosts.one.allEvents(); // newest first
    REQUIRE(events.size() == 2);
    CHECK(events.front().kind == "recovery");
    CHECK(events.back().kind == "problem");
    CHECK(hosts.one.delivery(end.delivery)->state == DeliveryState::done);
    // Once nothing waits, both are decided at once.
    CHECK(hosts.one.receive("a", "problem cpu").kind == Received::Kind::done);
    CHECK(hosts.one.receive("a", "recovery cpu").kind == Received::Kind::done);
}

TEST_CASE("the second end of a problem whose return waits to be read is no repetition of the first", "[intake][fleet]")
{
    SharedIntake hosts;
    const auto receive = [&](IntakeWorld &host, const char *body) {
        hosts.clock->advance(1s);
        return host.receive("a", body).kind;
    };
    REQUIRE(receive(hosts.one, "problem disk") == Received::Kind::done);
    REQUIRE(receive(hosts.one, "recovery disk") == Received::Kind::done);
    CHECK(receive(hosts.one, "recovery disk") == Received::Kind::duplicate);
    REQUIRE(receive(hosts.two, "problem again disk") == Received::Kind::kept);
    IntakeWorld &last = GENERATE(true, false) ? hosts.one : hosts.two;
    CHECK(receive(last, "recovery disk") == Received::Kind::kept);
    CHECK(receive(last, "recovery disk") == Received::Kind::kept); // sent again
    hosts.follow();
    hosts.one.step();
    CHECK(hosts.one.allEvents().size() == 4);
    const auto episode = hosts.store->read(
        [&](const StoreReader &reader) { return reader.latestEpisode(hosts.source->stored.id, "disk"); });
    CHECK(episode->state == EpisodeState::ended);
}
