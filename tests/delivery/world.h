#pragma once

#include "host/delivery/connection_queue.h"
#include "host/store/sqlite_store.h"
#include "tests/delivery/fake_psa.h"
#include "tests/delivery/relay.h"
#include "tests/support/manual_clock.h"
#include "tests/support/test_folder.h"

namespace psa::test {

/// One connection to a FakePsa through the relay plugin, with a store on disk and a clock that stands still.
struct DeliveryWorld
{
    /// `report`: see plugins/relay.cpp; `plugin`: relay() or reader().
    explicit DeliveryWorld(const std::string &report = "honest", const plugin::LoadReport &plugin = relay());
    ~DeliveryWorld();
    DeliveryWorld(const DeliveryWorld &) = delete;
    DeliveryWorld &operator=(const DeliveryWorld &) = delete;

    /// Hands a ticket in, for a company if one is named, and gives its number.
    std::int64_t submit(const std::string &reference, const std::string &company = "");
    /// As one worker does, until nothing is due now. How many calls that were.
    int run();
    /// Until nothing moves any more by itself, or for `hours`, jumping from one thing that is due to the next.
    void runOn(int hours = 72);
    /// As an operator's test of the connection that passes: whatever pauses it is over.
    void renew();
    ticket::StoredTicket ticket(std::int64_t id);
    std::string state(std::int64_t id) { return ticket::toText(ticket(id).state); }
    /// As after a crash of the process: a new queue on the store as it is. What was under way is forgotten.
    void restart();
    /// The same after `sql` was done to the file of the store, as by a bad disk.
    void restartAfter(const char *sql);

    std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>();
    std::shared_ptr<FakePsa> psa = std::make_shared<FakePsa>();
    std::vector<notify::Notice> notices;
    std::vector<std::string> log;
    TestFolder folder{TestFolder::inMemory()};
    std::unique_ptr<store::Store> store;
    std::shared_ptr<connection::Connection> connection;
    std::unique_ptr<delivery::ConnectionQueue> queue;

private:
    void open();

    std::string report_;
    const plugin::LoadReport &plugin_;
    connection::ConnectionRuntime runtime_;
};

} // namespace psa::test
