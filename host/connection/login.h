#pragma once

#include "host/clock/clock.h"
#include "host/plugin/call_state.h"

#include <Poco/JSON/Object.h>

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>

namespace psa::connection {

/// Result of an operator's test of some credentials.
struct ConnectionTest
{
    clock::Clock::Wall time;    ///< When it ended.
    std::string failure;        ///< The plugin's message, free of secrets; "" = it passed.
    std::string hint;           ///< What to do about the failure; may be "".
    psa_status status = PSA_OK; ///< Of the failure.

    bool passed() const { return failure.empty(); }
};

ConnectionTest testOf(const plugin::CallOutcome &outcome, clock::Clock::Wall now);

/// `test` as a document to store with the connection, so that it survives a restart.
std::string toDocument(const ConnectionTest &test);
/// nullopt for "" and for an unreadable document: the connection is then tested again.
std::optional<ConnectionTest> testFrom(const std::string &document);

/// Credentials of a PSA, and whether it accepts them. A PSA locks an API user after some failed sign-ins. Therefore
/// only an operator's test sends rejected credentials again, and while it is not known whether they are valid, only one
/// call at a time tries them: a page of ten lookups with a wrong password causes one failed sign-in. Thread-safe.
class Login
{
public:
    /// For this long after a successful call, others do not have to wait for the first to return.
    static constexpr std::chrono::minutes acceptedFor{1};

    struct Refusal
    {
        plugin::PluginError error;               ///< The plugin's error.
        std::optional<clock::Clock::Wall> since; ///< nullopt = not known.
    };
    /// Called when the credentials are rejected, and when a test finds them valid again; without holding a lock of a
    /// Login.
    class Listener;

    Login(std::shared_ptr<const clock::Clock> clock, std::shared_ptr<Listener> listener);

    /// nullopt = not rejected, as far as is known.
    std::optional<Refusal> refusal() const;
    /// The outcome of a call that is not made because the credentials were rejected; nullopt = it may be made.
    std::optional<plugin::CallOutcome> whyNot(const std::string &connection) const;
    /// Restores a stored rejection, of this host before a restart or of another one, unless a test has passed since. Without
    /// notifying listeners.
    void restore(const Refusal &refusal);

    /// Result of an operator's last test with these credentials, of any connection; nullopt = not known.
    std::optional<ConnectionTest> lastTest() const;
    /// At this host, or at another one: if it passed, a rejection from before it is over. Without notifying listeners.
    void tested(const ConnectionTest &test);

    /// One call that may sign in.
    struct Attempt
    {
        std::string connection;                   ///< Name of the connection, for messages.
        clock::RunningClock::time_point deadline; ///< As deadlineAfter() returns it.
        bool despiteRefusal = false;              ///< An operator's test.
        std::function<bool()> cancelled;          ///< Polled while it waits for its turn.
    };
    /// The deadline of an attempt that may take `time` from now, by the clock of the login.
    clock::RunningClock::time_point deadlineAfter(std::chrono::nanoseconds time) const;
    /// Makes `call` when it is its turn, and learns from its outcome. If it must not be made: whyNot(), or PSA_TIMEOUT
    /// or PSA_CANCELLED with the statement that nothing was sent.
    plugin::CallOutcome attempt(const Attempt &attempt, const std::function<plugin::CallOutcome()> &call);

private:
    class Turn;
    std::optional<plugin::CallOutcome> waitForTurn(const Attempt &attempt, bool &alone);
    /// True if listeners must be notified.
    bool learn(const Attempt &attempt, const plugin::CallOutcome &outcome);
    bool isAccepted() const;
    void proven(clock::Clock::Wall at);

    const std::shared_ptr<const clock::Clock> clock_;
    const std::shared_ptr<Listener> listener_;
    mutable std::mutex mutex_; ///< Guards what follows.
    std::condition_variable changed_;
    std::optional<Refusal> refusal_;
    std::optional<ConnectionTest> lastTest_;
    std::optional<clock::Clock::Wall> proven_;     ///< When a test passed last, as far as is known.
    std::optional<clock::Clock::Steady> accepted_; ///< Time of the last successful call, unless one was rejected since.
    bool trying_ = false;                          ///< A call is in progress that tries them; others wait.
};

class Login::Listener
{
public:
    /// `told` may be called until the next listen() has returned. Null = no listener.
    void listen(std::function<void(const Login &)> told);
    void tell(const Login &login);

private:
    std::shared_mutex mutex_;
    std::function<void(const Login &)> told_;
};

/// All logins of the process: connections with the same credentials share one, and so does the test of a connection
/// that is not stored. Thread-safe.
class LoginRegistry
{
public:
    explicit LoginRegistry(std::shared_ptr<const clock::Clock> clock);

    /// The login of a connection with this plugin and these configuration values, including secrets. Any difference,
    /// even in a value that is not secret, makes it a different login.
    std::shared_ptr<Login> of(const std::string &pluginId, const Poco::JSON::Object &values);

    Login::Listener &listener() { return *listener_; }

private:
    /// Beyond this number, logins that no connection uses are evicted.
    static constexpr std::size_t most = 1000;

    const std::shared_ptr<const clock::Clock> clock_;
    const std::shared_ptr<Login::Listener> listener_ = std::make_shared<Login::Listener>();
    std::mutex mutex_;
    std::map<std::string, std::shared_ptr<Login>> logins_; ///< Keyed by a digest of plugin and values.
};

} // namespace psa::connection
