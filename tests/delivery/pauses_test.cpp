// The end of a pause releases all tickets that it held, wherever the process dies.
#include "host/delivery/ticket_steps.h"
#include "tests/delivery/house.h"
#include "tests/unit/store/store_samples.h"

#include <catch2/catch.hpp>

using namespace psa::test;
using namespace psa::ticket;

namespace {

/// More than are released in one transaction.
constexpr int heldTickets = 1001;

void pauseWithTickets(Store &store)
{
    addConnections(store, {"acme"});
    for (int i = 0; i < heldTickets; ++i)
        ticketIn(store, TicketState::held, "acme", "R" + std::to_string(i));
    operationIn(store, TicketState::held, ticketIn(store, TicketState::done, "acme", "DONE"), "NOTE");
    store.write([](StoreWriter &writer) { writer.setBreakers("acme", R"({"state":"auth"})"); });
}

bool isPaused(const StoreReader &reader)
{
    return !reader.connection("acme")->breakerJson.empty();
}

/// Tickets, notes and changes that are still held.
std::uint64_t held(const StoreReader &reader)
{
    const ConnectionCounts counts = reader.counts().at(0);
    return counts.in(TicketState::held) + counts.operations.at(static_cast<std::size_t>(TicketState::held));
}

} // namespace

TEST_CASE("the end of a pause that is killed at any write leaves nothing held without a pause", "[pauses]")
{
    for (const bool durable : {false, true})
    {
        bool killed = true;
        int writes = 0;
        for (; killed; ++writes)
        {
            CAPTURE(durable, writes);
            const TestFolder folder{TestFolder::inMemory()};
            const auto clock = std::make_shared<ManualClock>();
            const auto open = [&] { return openSqliteStore({folder.path() / "state", ""}, clock); };
            pauseWithTickets(*open());
            try
            {
                MortalStore store(open(), writes, durable);
                psa::delivery::endPause(store, "acme");
                killed = false;
            }
            catch (const Killed &)
            {
            }
            const auto store = open();
            store->read([&](const StoreReader &reader) { CHECK((isPaused(reader) || held(reader) == 0)); });
            psa::delivery::endPause(*store, "acme");
            store->read([&](const StoreReader &reader) {
                CHECK_FALSE(isPaused(reader));
                CHECK(held(reader) == 0);
            });
        }
        CHECK(writes == 3); // two parts
    }
}
