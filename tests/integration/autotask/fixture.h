#pragma once

#include "host/connection/connection.h"
#include "sandbox/autotask/autotask_sandbox.h"
#include "tests/sandbox/client.h"

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace psa::test {

/// psa-autotask.so as the real loader gives it; loaded once for the process.
std::shared_ptr<const host::LoadedPlugin> autotaskPlugin();

/// The machine's time for deadlines, but always the same day: dates of tickets are known in advance.
class CalendarClock : public host::Clock
{
public:
    Steady now() const override { return std::chrono::steady_clock::now(); }
    Wall wallNow() const override { return Wall(std::chrono::seconds(1795534200)); } // 2026-11-24T15:30:00Z
};

using Values = std::map<std::string, std::string>;

/// A connection of the host to a sandbox, with every part real. The names of the look-up host and of the zones 5 and 6
/// lead to the sandbox. It keeps all that the host tells anybody, and at its end checks that no secret is among it.
class Setup
{
public:
    /// `configuration`: values in place of the good ones; an empty one leaves the field blank.
    explicit Setup(const Values &configuration = {});
    ~Setup();
    Setup(const Setup &) = delete;
    Setup &operator=(const Setup &) = delete;

    sandbox::AutotaskSandbox &sandbox() { return *sandbox_; }
    void endSandbox() { sandbox_.reset(); }
    host::Connection &connection() { return *connection_; }
    /// Another connection to the same sandbox; with `transport`, in place of the network.
    std::unique_ptr<host::Connection> connect(const host::TransportMaker &makeTransport = nullptr);

    /// The verbs. From any thread.
    host::CallOutcome test(host::CallOptions options = {});
    host::CallOutcome create(const std::string &reference, const std::string &ticket, host::CallOptions options = {});
    host::CallOutcome find(const std::string &reference, host::CallOptions options = {});
    host::CallOutcome list(const host::ChoicesQuery &query);
    host::CallOutcome read(const std::string &id);

    /// A ticket is created, so that zone and fields are in the cache.
    void warmUp();
    /// Every create from now on, or `count` of them, meets `fault`, such as {"kind": "commit-then-drop"}.
    void faultCreate(const std::string &fault, int count = 0);
    void faultAt(const std::string &route, const std::string &fault);

    /// The ticket as Autotask has it.
    sandbox::Object::Ptr stored(const std::string &id) const;
    /// How many tickets there are with this reference, and how many creates with it came.
    std::size_t ticketsWith(const std::string &reference) const { return sandbox_->truth().ticketsWith(reference); }
    std::size_t createsOf(const std::string &reference) const;
    std::size_t lookUps() const { return sandbox_->requests("GET V1.0/ZoneInformation"); }
    std::size_t creates() const { return sandbox_->requests("POST V1.0/Tickets"); }

    std::vector<std::string> log() const;
    std::vector<host::Exchange> exchanges() const;

private:
    host::CallOptions watched(host::CallOptions options);
    host::CallOutcome kept(host::CallOutcome outcome);
    void keep(const std::string &text);

    std::unique_ptr<sandbox::AutotaskSandbox> sandbox_;
    std::vector<std::string> secrets_;
    Values configuration_;
    host::ConnectionRuntime runtime_;
    mutable std::mutex mutex_; ///< Of what is kept.
    std::vector<std::string> log_;
    std::vector<host::Exchange> exchanges_;
    std::vector<std::string> told_; ///< All texts that left the host.
    std::unique_ptr<host::Connection> connection_;
};

/// A ticket document that Autotask takes, with these members in place of its own; null removes one.
std::string ticket(const std::string &changes = "{}");
/// As ticket(), but these members are in "fields".
std::string ticketWithFields(const std::string &fields);

sandbox::Object::Ptr json(const std::string &text);
/// Of a result of create or read; empty if it failed.
std::string ticketId(const host::CallOutcome &outcome);
std::size_t foundTickets(const host::CallOutcome &outcome);
/// The "message" of each warning.
std::vector<std::string> warnings(const host::CallOutcome &outcome);
/// "id label" of each item, in their order.
std::vector<std::string> items(const host::CallOutcome &outcome);

/// One line for messages of failed tests.
std::string describe(const host::CallOutcome &outcome);

} // namespace psa::test
