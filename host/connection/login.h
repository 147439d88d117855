#pragma once

#include "host/clock/clock.h"
#include "host/connection/connection_test.h"
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

/// Credentials of a PSA, and whether it accepts them. A PSA locks an API user after some failed sign-ins, so
/// credentials that it has refused are sent again by an operator's test alone; and while nothing is known of them, one
/// call at a time tries them, so that a page of ten look-ups with a wrong password is one failed sign-in. From any
/// thread.
class Login
{
public:
    /// For this long after a successful call, others do not have to wait for the first to return.
    static constexpr std::chrono::minutes acceptedFor{1};

    struct Refusal
    {
        plugin::PluginError error;               ///< Why, as the plugin said it.
        std::optional<clock::Clock::Wall> since; ///< Nothing = not known.
    };
    /// Called when the credentials are rejected, and when a test finds them valid again; not under any lock of a Login.
    class Listener;

    Login(std::shared_ptr<const clock::Clock> clock, std::shared_ptr<Listener> listener);

    /// Nothing = they are not refused, as far as is known.
    std::optional<Refusal> refusal() const;
    /// The outcome of a call that is not made because the credentials were rejected; nullopt = it may be made.
    std::optional<plugin::CallOutcome> whyNot(const std::string &connection) const;
    /// As an earlier life of the process had it. Tells nobody.
    void restore(const Refusal &refusal);

    /// What an operator's last test with them came to, of whichever connection; nothing = none is known.
    std::optional<ConnectionTest> lastTest() const;
    void tested(const ConnectionTest &test);

    /// One call that may sign in.
    struct Attempt
    {
        std::string connection; ///< For messages.
        clock::RunningClock::time_point deadline;
        bool despiteRefusal = false;     ///< An operator's test.
        std::function<bool()> cancelled; ///< Looked at while it waits for its turn.
    };
    /// Makes `call` when it is its turn, and learns from its outcome. If it must not be made: whyNot(), or a
    /// PSA_TIMEOUT or PSA_CANCELLED that says that nothing was sent.
    plugin::CallOutcome attempt(const Attempt &attempt, const std::function<plugin::CallOutcome()> &call);

private:
    class Turn;
    std::optional<plugin::CallOutcome> waitForTurn(const Attempt &attempt, bool &alone);
    /// True if others must be told.
    bool learn(const Attempt &attempt, const plugin::CallOutcome &outcome);
    bool isAccepted() const;

    const std::shared_ptr<const clock::Clock> clock_;
    const std::shared_ptr<Listener> listener_;
    mutable std::mutex mutex_; ///< Guards what follows.
    std::condition_variable changed_;
    std::optional<Refusal> refusal_;
    std::optional<ConnectionTest> lastTest_;
    std::optional<clock::Clock::Steady> accepted_; ///< When a call was good last, unless one was refused since.
    bool trying_ = false;                          ///< A call is under way that tries them alone.
};

class Login::Listener
{
public:
    /// `told` may be called until the next listen() has returned. Null = nobody listens.
    void listen(std::function<void(const Login &)> told);
    void tell(const Login &login);

private:
    std::shared_mutex mutex_;
    std::function<void(const Login &)> told_;
};

/// All logins of the process: connections with the same credentials share one, and so does the test of a connection
/// that is not stored. From any thread.
class LoginRegistry
{
public:
    explicit LoginRegistry(std::shared_ptr<const clock::Clock> clock);

    /// Those of a connection with this plugin and these configuration values, secrets among them. Any other value is
    /// another login, also one that is not a secret.
    std::shared_ptr<Login> of(const std::string &pluginId, const Poco::JSON::Object &values);

    Login::Listener &listener() { return *listener_; }

private:
    /// Beyond so many, those that no connection uses are forgotten.
    static constexpr std::size_t most = 1000;

    const std::shared_ptr<const clock::Clock> clock_;
    const std::shared_ptr<Login::Listener> listener_ = std::make_shared<Login::Listener>();
    std::mutex mutex_;
    std::map<std::string, std::shared_ptr<Login>> logins_; ///< By a digest of what they are made of.
};

} // namespace psa::connection
