// Hosts that share a store, and the leases by which they share the work.
#include "tests/unit/store/store_kinds.h"
#include "tests/unit/store/store_samples.h"

#include <catch2/catch.hpp>

using namespace psa::clock;
using namespace psa::net;
using namespace psa::store;
using namespace psa::test;
using namespace psa::ticket;
using namespace std::chrono_literals;

namespace {

const LeaseName acme{LeaseKind::connection, "acme"};

std::optional<LeaseRow> take(Store &store, const LeaseName &name, const std::string &owner)
{
    return store.write([&](StoreWriter &writer) { return writer.takeLease(name, owner, 10s); });
}

void give(Store &store, const LeaseName &name, const std::string &owner)
{
    store.write([&](StoreWriter &writer) { writer.giveLease(name, owner); });
}

std::size_t renew(Store &store, const std::string &owner)
{
    return store.write([&](StoreWriter &writer) { return writer.renewLeases(owner, 10s); });
}

std::vector<LeaseRow> leases(Store &store)
{
    return store.read([](const StoreReader &reader) { return reader.leases(); });
}

/// "ok", or that the lease was lost.
std::string useOf(Store &store, const LeaseName &name, const std::string &owner, std::int64_t fence)
try
{
    store.write([&](StoreWriter &writer) {
        writer.putValue("used", "yes");
        writer.requireLease(name, owner, fence);
    });
    return "ok";
}
catch (const StoreError &error)
{
    return error.kind == StoreError::Kind::leaseLost ? "lost" : error.what();
}

std::vector<HostRow> hosts(Store &store)
{
    return store.read([](const StoreReader &reader) { return reader.hosts(); });
}

void save(Store &store, const HostRow &host)
{
    store.write([&](StoreWriter &writer) { writer.saveHost(host); });
}

} // namespace

TEMPLATE_TEST_CASE("a lease has one owner until it ends, and each new owner gets a higher fence", "[store][leases]",
                   STORE_KINDS)
{
    TestType kind;
    const auto first = take(*kind.store, acme, "a");
    REQUIRE(first);
    CHECK(*first == LeaseRow{acme, "a", 1, kind.clock->wallNow() + 10s});
    CHECK_FALSE(take(*kind.store, acme, "b"));
    CHECK(take(*kind.store, LeaseName{LeaseKind::source, "acme"}, "b")); // another kind is another lease
    kind.clock->advance(4s);
    CHECK(take(*kind.store, acme, "a") == LeaseRow{acme, "a", 1, kind.clock->wallNow() + 10s});
    kind.clock->advance(9999ms);
    CHECK_FALSE(take(*kind.store, acme, "b"));
    kind.clock->advance(1ms);
    CHECK(take(*kind.store, acme, "b") == LeaseRow{acme, "b", 2, kind.clock->wallNow() + 10s});
    CHECK_FALSE(take(*kind.store, acme, "a"));
    kind.reopen();
    REQUIRE(leases(*kind.store).size() == 2);
    CHECK(leases(*kind.store).at(0) == LeaseRow{acme, "b", 2, kind.clock->wallNow() + 10s});
}

TEMPLATE_TEST_CASE("a lease that was given back is free at once, with a higher fence for the next owner",
                   "[store][leases]", STORE_KINDS)
{
    TestType kind;
    take(*kind.store, acme, "a");
    give(*kind.store, acme, "b"); // not its lease
    CHECK_FALSE(take(*kind.store, acme, "b"));
    give(*kind.store, acme, "a");
    CHECK(leases(*kind.store).at(0).owner.empty());
    CHECK(take(*kind.store, acme, "b")->fence == 2);
    give(*kind.store, acme, "a"); // a late one
    CHECK(leases(*kind.store).at(0).owner == "b");
    give(*kind.store, acme, "b");
    CHECK(take(*kind.store, acme, "b")->fence == 3);
}

TEMPLATE_TEST_CASE("an owner renews exactly the leases that it still has", "[store][leases]", STORE_KINDS)
{
    TestType kind;
    const LeaseName beta{LeaseKind::connection, "beta"};
    take(*kind.store, acme, "a");
    take(*kind.store, beta, "a");
    kind.clock->advance(11s);
    CHECK(take(*kind.store, beta, "b"));
    // Nobody has taken the other one, so it continues although it had ended.
    CHECK(renew(*kind.store, "a") == 1);
    CHECK(leases(*kind.store).at(0) == LeaseRow{acme, "a", 1, kind.clock->wallNow() + 10s});
    CHECK(leases(*kind.store).at(1).owner == "b");
    CHECK(renew(*kind.store, "nobody") == 0);
}

TEMPLATE_TEST_CASE("a write that requires a lease fails as a whole after another host took it", "[store][leases]",
                   STORE_KINDS)
{
    TestType kind;
    const auto isUsed = [&] {
        return kind.store->read([](const StoreReader &reader) { return reader.value("used").has_value(); });
    };
    CHECK(useOf(*kind.store, acme, "a", 0) == "lost");
    const auto lease = take(*kind.store, acme, "a");
    CHECK(useOf(*kind.store, acme, "a", lease->fence - 1) == "lost");
    CHECK(useOf(*kind.store, acme, "b", lease->fence) == "lost");
    CHECK_FALSE(isUsed());
    CHECK(useOf(*kind.store, acme, "a", lease->fence) == "ok");
    CHECK(isUsed());
    kind.clock->advance(10s);
    CHECK(useOf(*kind.store, acme, "a", lease->fence) == "lost");
    const auto next = take(*kind.store, acme, "b");
    CHECK(useOf(*kind.store, acme, "b", next->fence) == "ok");
    give(*kind.store, acme, "b");
    const auto again = take(*kind.store, acme, "a");
    CHECK(useOf(*kind.store, acme, "a", lease->fence) == "lost"); // the fence of its first time
    CHECK(useOf(*kind.store, acme, "a", again->fence) == "ok");
}

TEMPLATE_TEST_CASE("a host is listed with its first start and its last sign of life, until it is removed",
                   "[store][leases]", STORE_KINDS)
{
    TestType kind;
    const Clock::Wall start = kind.clock->wallNow();
    HostRow one{"owner1", "alpha", "0.2.0", {}, {}, false, "{}"};
    save(*kind.store, one);
    save(*kind.store, {"owner0", "alpha", "0.2.0", {}, {}, false, "{}"}); // the same name, another start
    take(*kind.store, acme, "owner1");
    kind.clock->advance(5s);
    one.draining = true;
    one.offersJson = R"({"plugins":[]})";
    one.version = "0.2.1";
    one.address = "https://alpha:8480";
    save(*kind.store, one);
    kind.reopen();
    REQUIRE(hosts(*kind.store).size() == 2);
    CHECK(hosts(*kind.store).at(0).seen == start);
    one.started = start;
    one.seen = start + 5s;
    CHECK(hosts(*kind.store).at(1) == one);
    kind.store->write([](StoreWriter &writer) { writer.removeHost("owner1"); });
    REQUIRE(hosts(*kind.store).size() == 1);
    CHECK(hosts(*kind.store).at(0).owner == "owner0");
    CHECK(take(*kind.store, acme, "owner0")->fence == 2); // free at once
}

TEMPLATE_TEST_CASE("what a lost host was sending is unknown and looked up after its call must have ended",
                   "[store][leases]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme", "beta"});
    const auto sent = insert(*kind.store, sampleTicket("acme", "REF1")).ticket.id;
    claimOne(*kind.store, "acme");
    const auto ready = insert(*kind.store, sampleTicket("acme", "REF2")).ticket.id;
    insert(*kind.store, sampleTicket("beta", "REF3"));
    const auto others = claimOne(*kind.store, "beta");
    const Clock::Wall quietFrom = kind.clock->wallNow() + 30s;
    const auto takeOver = [&] {
        return kind.store->write([&](StoreWriter &writer) { return writer.takeOverClaimed("acme", quietFrom); });
    };
    CHECK(takeOver() == 1);
    CHECK(get(*kind.store, sent).state == TicketState::unknown);
    CHECK(get(*kind.store, sent).due == quietFrom);
    CHECK(get(*kind.store, sent).openSince == quietFrom);
    CHECK(get(*kind.store, ready).state == TicketState::ready);
    CHECK(get(*kind.store, others.id).state == TicketState::sending);
    CHECK(takeOver() == 0);
    // In a lookup when its host is lost: looked up again at once.
    kind.clock->advance(31s);
    const auto claimed = kind.store->write([](StoreWriter &writer) {
        return psa::delivery::claimTickets(writer, {"acme", ClaimFor::reconciling, 1, "acme@1.0"});
    });
    REQUIRE(claimed.size() == 1);
    CHECK(takeOver() == 0);
    CHECK(get(*kind.store, sent).due == kind.clock->wallNow());
    CHECK(get(*kind.store, sent).fence > claimed.front().fence);
}

TEMPLATE_TEST_CASE("a note that a lost host was sending is unknown like a ticket", "[store][leases]", STORE_KINDS)
{
    TestType kind;
    addConnections(*kind.store, {"acme"});
    const auto ticket = insert(*kind.store, sampleTicket("acme", "REF1")).ticket.id;
    TicketSettlement done = settlement(TicketState::done);
    REQUIRE(settle(*kind.store, claimOne(*kind.store, "acme"), done));
    const auto note = kind.store->write([&](StoreWriter &writer) {
        const StoredTicket row = *writer.ticketRow(ticket);
        StoredOperation operation = submitted(sampleOperation("NOTE1"), row, writer.now());
        claim(operation, ClaimFor::sending, "acme@1.0", writer.now());
        return writer.addOperation(operation);
    });
    const Clock::Wall quietFrom = kind.clock->wallNow() + 30s;
    CHECK(kind.store->write([&](StoreWriter &writer) { return writer.takeOverClaimed("acme", quietFrom); }) == 1);
    const auto found = kind.store->read([&](const StoreReader &reader) { return *reader.operation(note.id); });
    CHECK(found.state == TicketState::unknown);
    CHECK(found.due == quietFrom);
}

TEMPLATE_TEST_CASE("budgets of one group are saved without those of others, and expired ones are deleted",
                   "[store][leases]", STORE_KINDS)
{
    TestType kind;
    const std::int64_t now =
        std::chrono::duration_cast<std::chrono::milliseconds>(kind.clock->wallNow().time_since_epoch()).count();
    const auto saved = [&](const BudgetSnapshot &snapshot) {
        kind.store->write([&](StoreWriter &writer) { writer.saveBudgets(snapshot); });
        return kind.store->read([](const StoreReader &reader) { return reader.budgets(); });
    };
    saved({{{"a", "", 60s, {{now, 3}}}, {"a", "t", 60s, {{now, 1}}}}, {{"a", "", now + 1000}}});
    const auto both = saved({{{"b", "", 3600s, {{now, 7}}}}, {}});
    REQUIRE(both.windows.size() == 3);
    CHECK(both.pauses.size() == 1);
    const auto replaced = saved({{{"a", "", 60s, {{now, 4}}}}, {}});
    REQUIRE(replaced.windows.size() == 2);
    CHECK(replaced.pauses.empty());
    kind.clock->advance(60s);
    const auto later = saved({});
    REQUIRE(later.windows.size() == 1);
    CHECK(later.windows.at(0).group == "b");
}

TEMPLATE_TEST_CASE("when a duty was last done is kept, with the host that did it", "[store][leases]", STORE_KINDS)
{
    TestType kind;
    const auto duties = [&] { return kind.store->read([](const StoreReader &reader) { return reader.duties(); }); };
    CHECK(duties().empty());
    const Clock::Wall start = kind.clock->wallNow();
    DutyRow duty{"retention", "owner1", "alpha", start, std::nullopt};
    const auto save = [&] { kind.store->write([&](StoreWriter &writer) { writer.saveDuty(duty); }); };
    save();
    CHECK(duties() == std::vector<DutyRow>{duty});
    duty.ended = start + 3s;
    save();
    duty = {"retention", "owner2", "beta", start + 10min, duty.ended}; // another host begins; the last end stays
    save();
    kind.reopen();
    CHECK(duties() == std::vector<DutyRow>{duty});
}

TEST_CASE("a duty is due when it was never completed, while it goes on, and after its time", "[store][leases]")
{
    const Clock::Wall start = Clock::Wall{} + std::chrono::hours(1000000);
    DutyRow duty{"retention", "owner", "alpha", start, std::nullopt};
    CHECK(isDue(std::nullopt, start, 10min));
    CHECK(isDue(duty, start + 1s, 10min)); // its host may have been killed
    duty.ended = start;
    CHECK_FALSE(isDue(duty, start, 10min));
    CHECK_FALSE(isDue(duty, start + 10min - 1ms, 10min));
    CHECK(isDue(duty, start + 10min, 10min));
    CHECK(isDue(duty, start - 1s, 10min)); // the clock was put back
    duty.began = start + 10min;
    CHECK(isDue(duty, start + 10min + 1ms, 10min));
}
