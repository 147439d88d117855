// store-writer FOLDER NAME [THREADS]: opens a store and writes to it until it is killed, or until the store rejects a
// write. Prints a line when the store has acknowledged something: "inserted REFERENCE", "sending ID", "done ID". Its
// references start with NAME. Exit code 3 if the store rejected a write, with its message on standard error; 5 if it
// still claims to be writable.
//
// store-writer FOLDER check: reads such lines from standard input, and fails with those that the store contradicts.
#include "host/delivery/ticket_steps.h"
#include "host/service/ticket_actions.h"
#include "host/store/sqlite_store.h"

#include <unistd.h>

#include <atomic>
#include <iostream>
#include <mutex>
#include <thread>
#include <vector>

using namespace psa::clock;
using namespace psa::delivery;
using namespace psa::service;
using namespace psa::store;
using namespace psa::ticket;

namespace {

const std::string connectionName = "acme";

/// In one call, so that lines of threads do not mix and nothing is in a buffer when the process is killed.
void say(const std::string &what, const std::string &of)
{
    const std::string line = what + " " + of + "\n";
    if (write(STDOUT_FILENO, line.data(), line.size()) != static_cast<ssize_t>(line.size()))
        _exit(1); // nobody reads any more
}

NewTicket makeTicket(const std::string &reference)
{
    NewTicket ticket;
    ticket.connection = connectionName;
    ticket.reference = reference;
    ticket.key = "key of " + reference;
    ticket.requestJson = std::string(700, 'r');
    ticket.ticketJson = std::string(600, 't');
    return ticket;
}

/// Inserts a ticket, and settles every second one.
void writeOne(Store &store, const std::string &reference, bool send)
{
    const NewTicket ticket = makeTicket(reference);
    store.write([&](StoreWriter &writer) { insertTicket(writer, ticket); });
    say("inserted", reference);
    if (!send)
        return;
    const auto claimed = store.write([&](StoreWriter &writer) {
        return claimTickets(writer, {connectionName, ClaimFor::sending, 1, ""});
    });
    if (claimed.empty())
        return;
    const std::string id = std::to_string(claimed.front().id);
    say("sending", id);
    const bool settled = store.write([&](StoreWriter &writer) {
        TicketSettlement done;
        done.state = TicketState::done;
        return settleTicket(writer, claimed.front().id, claimed.front().fence, done);
    });
    say(settled ? "done" : "stale", id);
}

int writeUntilKilled(Store &store, const std::string &name, int threadCount)
{
    store.write([](StoreWriter &writer) {
        StoredConnection connection;
        connection.name = connectionName;
        if (!writer.connection(connectionName))
            writer.addConnection(connection);
    });
    std::atomic<bool> refused{false};
    std::mutex mutex;
    const auto work = [&](int thread) {
        try
        {
            for (int i = 0; !refused; ++i)
                writeOne(store, name + "-" + std::to_string(thread) + "-" + std::to_string(i), i % 2 == 0);
        }
        catch (const StoreError &error)
        {
            const std::lock_guard lock(mutex);
            if (!refused.exchange(true))
                std::cerr << error.what() << std::endl;
        }
    };
    std::vector<std::thread> threads;
    for (int thread = 0; thread < threadCount; ++thread)
        threads.emplace_back(work, thread);
    for (std::thread &each : threads)
        each.join();
    // As for /readyz and /metrics.
    return store.health().writable ? 5 : 3;
}

/// True if the store agrees with the line.
bool holds(const StoreReader &reader, const std::string &what, const std::string &of)
{
    if (what == "inserted")
    {
        const auto ticket = reader.ticketByReference(of);
        const auto byKey = reader.ticketByKey(connectionName, "key of " + of);
        return ticket && byKey && byKey->id == ticket->id && ticket->requestJson.size() == 700;
    }
    const auto ticket = reader.ticket(std::stoll(of));
    if (!ticket)
        return false;
    if (what == "done")
        return ticket->state == TicketState::done;
    // It may have been settled before the line could be printed.
    return what == "sending" && (ticket->state == TicketState::unknown || ticket->state == TicketState::done);
}

int check(Store &store)
{
    std::size_t count = 0;
    std::size_t lost = 0;
    std::string what;
    std::string of;
    while (std::cin >> what >> of)
    {
        ++count;
        if (store.read([&](const StoreReader &reader) { return holds(reader, what, of); }))
            continue;
        ++lost;
        std::cerr << "lost: " << what << " " << of << std::endl;
    }
    std::cout << count << " acknowledged, " << lost << " lost" << std::endl;
    return lost == 0 && count > 0 ? 0 : 1;
}

} // namespace

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    const std::string name = argv[2];
    try
    {
        const auto store = openSqliteStore({argv[1], "/run/writer.sock"}, std::make_shared<SystemClock>());
        return name == "check" ? check(*store) : writeUntilKilled(*store, name, argc > 3 ? std::stoi(argv[3]) : 8);
    }
    catch (const StoreRefused &refused)
    {
        std::cerr << refused.what() << std::endl;
        return 4;
    }
}
