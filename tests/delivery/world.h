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
    /// `report`: see tests/delivery/plugins/relay.cpp; `plugin`: relay() or reader().
    explicit DeliveryWorld(const std::string &report = "honest", const plugin::LoadReport &plugin = relay());
    ~DeliveryWorld();
    DeliveryWorld(const DeliveryWorld &) = delete;
    DeliveryWorld &operator=(const DeliveryWorld &) = delete;

    /// Submits a ticket, for a company if one is given, and returns its number.
    std::int64_t submit(const std::string &reference, const std::string &company = "");
    /// Submits a note of the ticket, and returns its number.
    std::int64_t note(std::int64_t ticket, const std::string &text, const std::string &visibility = "internal");
    /// Submits a change of the ticket's status, and returns its number.
    std::int64_t change(std::int64_t ticket, const std::string &status, bool ifUntouched = false);
    ticket::StoredOperation operation(std::int64_t id);
    std::string operationState(std::int64_t id) { return ticket::toText(operation(id).state); }
    ticket::TicketWatch watch(std::int64_t ticket);
    /// Acts as one worker, until nothing is due now. Returns the number of calls.
    int run();
    /// Until nothing makes progress on its own, or for `hours`, jumping from one due time to the next.
    void runOn(int hours = 72);
    /// Acts like a passed connection test by an operator: ends any pause.
    void renew();
    ticket::StoredTicket ticket(std::int64_t id);
    std::string state(std::int64_t id) { return ticket::toText(ticket(id).state); }
    /// Acts like a crash of the process: a new queue on the current store. Calls in progress are forgotten.
    void restart();
    /// The same after `sql` was applied to the file of the store, as by a bad disk.
    void restartAfter(const char *sql);

    std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>();
    std::shared_ptr<FakePsa> psa = std::make_shared<FakePsa>();
    /// Changes the outcome of calls that run() makes.
    std::function<void(const delivery::ConnectionQueue::Work &, plugin::CallOutcome &)> alter =
        [](const delivery::ConnectionQueue::Work &, plugin::CallOutcome &) {};
    /// Called after each call that run() makes, before its result is stored; true = the process ends there.
    std::function<bool(const delivery::ConnectionQueue::Work &)> dies = [](const delivery::ConnectionQueue::Work &) {
        return false;
    };
    std::vector<notify::Notice> notices;
    std::vector<std::string> log;
    TestFolder folder{TestFolder::inMemory()};
    std::unique_ptr<store::Store> store;
    std::shared_ptr<connection::Connection> connection;
    std::unique_ptr<delivery::ConnectionQueue> queue;

private:
    void open();
    std::int64_t submitOperation(std::int64_t ticket, ticket::NewOperation operation);

    std::string report_;
    const plugin::LoadReport &plugin_;
    int operations_ = 0;
    connection::ConnectionRuntime runtime_;
};

} // namespace psa::test
