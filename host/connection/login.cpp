#include "host/connection/login.h"

#include "host/json/json_text.h"
#include "host/json/strict_json.h"
#include "host/secrets/crypto.h"

#include <Poco/DateTimeFormatter.h>
#include <Poco/Exception.h>
#include <Poco/JSON/Object.h>

#include <utility>

namespace psa::connection {
namespace {

using Poco::JSON::Object;
using std::chrono::milliseconds;

/// How often a call that waits for its turn checks whether it was cancelled.
constexpr milliseconds pollEvery{50};

/// " since 2026-11-24 15:30 UTC".
std::string sinceText(const std::optional<clock::Clock::Wall> &since)
{
    if (!since)
        return {};
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(since->time_since_epoch()).count();
    return " since " + Poco::DateTimeFormatter::format(Poco::Timestamp(us), "%Y-%m-%d %H:%M UTC");
}

std::string loginDigest(const std::string &pluginId, const Object &values)
{
    Object sorted; // by name
    for (const auto &[name, value] : values)
        sorted.set(name, value);
    return secrets::digestOf(pluginId + "\n" + json::toText(sorted));
}

} // namespace

ConnectionTest testOf(const plugin::CallOutcome &outcome, clock::Clock::Wall now)
{
    ConnectionTest test;
    test.time = now;
    if (!outcome.error)
        return test;
    test.failure = outcome.error->message.empty() ? plugin::statusName(outcome.error->status) : outcome.error->message;
    test.hint = outcome.error->hint;
    test.status = outcome.error->status;
    return test;
}

std::string toDocument(const ConnectionTest &test)
{
    Object document(Poco::JSON_PRESERVE_KEY_ORDER);
    document.set("version", 1);
    document.set("unixMs", std::chrono::duration_cast<milliseconds>(test.time.time_since_epoch()).count());
    if (!test.passed())
    {
        document.set("status", plugin::statusName(test.status));
        document.set("failure", test.failure);
        document.set("hint", test.hint);
    }
    return json::toText(document);
}

std::optional<ConnectionTest> testFrom(const std::string &document)
try
{
    if (document.empty())
        return std::nullopt;
    const auto object = json::parseStrict(document, json::ownText).extract<Object::Ptr>();
    ConnectionTest test;
    test.time = clock::wallFromUnixMs(object->getValue<std::int64_t>("unixMs"));
    test.failure = object->optValue<std::string>("failure", "");
    test.hint = object->optValue<std::string>("hint", "");
    if (!test.passed())
        test.status = plugin::statusFrom(object->getValue<std::string>("status"));
    return test;
}
catch (const json::JsonError &)
{
    return std::nullopt;
}
catch (const Poco::Exception &)
{
    return std::nullopt;
}

/// The turn of a call; released at its end, even if the call throws.
class Login::Turn
{
public:
    Turn(Login &login, bool alone) : login_(login), alone_(alone) {}
    ~Turn()
    {
        if (!alone_)
            return;
        {
            const std::lock_guard lock(login_.mutex_);
            login_.trying_ = false;
        }
        login_.changed_.notify_all();
    }
    Turn(const Turn &) = delete;
    Turn &operator=(const Turn &) = delete;

private:
    Login &login_;
    bool alone_;
};

Login::Login(std::shared_ptr<const clock::Clock> clock, std::shared_ptr<Listener> listener)
    : clock_(std::move(clock)), listener_(std::move(listener))
{
}

clock::RunningClock::time_point Login::deadlineAfter(std::chrono::nanoseconds time) const
{
    return clock_->running() + time;
}

std::optional<Login::Refusal> Login::refusal() const
{
    const std::lock_guard lock(mutex_);
    return refusal_;
}

std::optional<plugin::CallOutcome> Login::whyNot(const std::string &connection) const
{
    const auto refused = refusal();
    if (!refused)
        return std::nullopt;
    plugin::CallOutcome outcome;
    outcome.error = refused->error;
    outcome.error->message = "Nothing was sent: the PSA has rejected the credentials of " + connection +
                             sinceText(refused->since) + ". Its response: " + refused->error.message;
    outcome.error->hint =
        "Correct the credentials of the connection, or fix the API user in the PSA, then test the connection. Until "
        "then psa-host does not sign in again, because failed logins lock the user.";
    return outcome;
}

void Login::restore(const Refusal &refusal)
{
    const std::lock_guard lock(mutex_);
    const bool isOver = refusal.since && proven_ && *refusal.since < *proven_;
    if (!refusal_ && !isOver)
        refusal_ = refusal;
}

std::optional<ConnectionTest> Login::lastTest() const
{
    const std::lock_guard lock(mutex_);
    return lastTest_;
}

void Login::tested(const ConnectionTest &test)
{
    const std::lock_guard lock(mutex_);
    if (!lastTest_ || lastTest_->time <= test.time)
        lastTest_ = test;
    if (test.passed())
        proven(test.time);
}

/// Requires the lock. A test has found them valid.
void Login::proven(clock::Clock::Wall at)
{
    proven_ = proven_ ? std::max(*proven_, at) : at;
    if (!refusal_ || !refusal_->since || *refusal_->since >= at)
        return;
    refusal_.reset();
    changed_.notify_all();
}

/// Requires the lock.
bool Login::isAccepted() const
{
    return accepted_ && clock_->now() - *accepted_ < acceptedFor;
}

/// The result of the call if it must not be made. `alone`: it is the only one that tries the credentials.
std::optional<plugin::CallOutcome> Login::waitForTurn(const Attempt &attempt, bool &alone)
{
    for (;;)
    {
        if (!attempt.despiteRefusal)
            if (auto refused = whyNot(attempt.connection))
                return refused;
        if (attempt.cancelled && attempt.cancelled())
            return plugin::failed(PSA_CANCELLED, "The call was cancelled before anything was sent.", "Try again.");
        if (clock_->running() >= attempt.deadline)
            return plugin::failed(
                PSA_TIMEOUT,
                "Nothing was sent: until the deadline, another call was still checking the credentials of " +
                    attempt.connection + ".",
                "Try again later.");
        std::unique_lock lock(mutex_);
        if (refusal_ && !attempt.despiteRefusal)
            continue;
        if (!trying_ || isAccepted())
        {
            alone = !trying_ && !isAccepted();
            trying_ = trying_ || alone;
            return std::nullopt;
        }
        changed_.wait_for(lock, pollEvery);
    }
}

plugin::CallOutcome Login::attempt(const Attempt &attempt, const std::function<plugin::CallOutcome()> &call)
{
    bool alone = false;
    if (auto instead = waitForTurn(attempt, alone))
        return std::move(*instead);
    bool told = false;
    plugin::CallOutcome outcome;
    {
        const Turn turn(*this, alone);
        outcome = call();
        told = learn(attempt, outcome);
    }
    if (told)
        listener_->tell(*this);
    return outcome;
}

bool Login::learn(const Attempt &attempt, const plugin::CallOutcome &outcome)
{
    const std::lock_guard lock(mutex_);
    if (outcome.ok())
    {
        accepted_ = clock_->now();
        if (!attempt.despiteRefusal)
            return false; // it may have started before the rejection
        proven_ = clock_->wallNow();
        return std::exchange(refusal_, std::nullopt).has_value();
    }
    if (outcome.error->status != PSA_AUTH)
        return false;
    accepted_.reset();
    const bool known = refusal_.has_value();
    refusal_ = {*outcome.error, known ? refusal_->since : clock_->wallNow()};
    return !known;
}

void Login::Listener::listen(std::function<void(const Login &)> told)
{
    const std::unique_lock lock(mutex_);
    told_ = std::move(told);
}

void Login::Listener::tell(const Login &login)
{
    const std::shared_lock lock(mutex_);
    if (told_)
        told_(login);
}

LoginRegistry::LoginRegistry(std::shared_ptr<const clock::Clock> clock) : clock_(std::move(clock)) {}

std::shared_ptr<Login> LoginRegistry::of(const std::string &pluginId, const Object &values)
{
    const std::string digest = loginDigest(pluginId, values);
    const std::lock_guard lock(mutex_);
    if (logins_.size() >= most && !logins_.contains(digest))
        std::erase_if(logins_, [](const auto &each) { return each.second.use_count() == 1; });
    std::shared_ptr<Login> &login = logins_[digest];
    if (!login)
        login = std::make_shared<Login>(clock_, listener_);
    return login;
}

} // namespace psa::connection
