#include "host/delivery/breaker.h"

#include "host/json/json_text.h"
#include "host/json/strict_json.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Object.h>

#include <array>

namespace psa::delivery {
namespace {

bool endsByItself(Pause pause)
{
    return pause == Pause::permission || pause == Pause::transport;
}

using Poco::JSON::Object;

/// A failing transport is detected again within three tickets. Lost threads ended with the process, and the store
/// itself records quarantines.
bool outlivesTheProcess(Pause pause)
{
    return pause == Pause::auth || pause == Pause::permission;
}

std::string documentOf(Pause pause, const std::string &reason, const std::optional<clock::Clock::Wall> &since)
{
    Object document(Poco::JSON_PRESERVE_KEY_ORDER);
    document.set("version", 1);
    document.set("pause", toText(pause));
    document.set("reason", reason);
    if (since)
        document.set("sinceUnixMs",
                     std::chrono::duration_cast<std::chrono::milliseconds>(since->time_since_epoch()).count());
    return json::toText(document);
}

struct StoredPause
{
    Pause pause = Pause::none;
    std::string reason;
    std::optional<clock::Clock::Wall> since; ///< psa-host 0.1 did not store it.
};

/// An unreadable document counts as no pause.
StoredPause read(const std::string &document)
try
{
    StoredPause stored;
    if (document.empty())
        return stored;
    const auto object = json::parseStrict(document, json::ownText).extract<Object::Ptr>();
    const auto kind = object->getValue<std::string>("pause");
    stored.reason = object->getValue<std::string>("reason");
    if (object->has("sinceUnixMs"))
        stored.since = clock::wallFromUnixMs(object->getValue<std::int64_t>("sinceUnixMs"));
    for (const Pause pause : {Pause::auth, Pause::permission})
        if (kind == toText(pause))
            stored.pause = pause;
    return stored;
}
catch (const json::JsonError &)
{
    return {};
}
catch (const Poco::Exception &)
{
    return {};
}

} // namespace

const char *toText(Pause pause)
{
    static constexpr std::array names = {"none", "auth", "permission", "transport", "lost", "quarantine"};
    static_assert(names.size() == static_cast<std::size_t>(Pause::quarantine) + 1);
    return names.at(static_cast<std::size_t>(pause));
}

void Breaker::succeeded()
{
    failures_ = 0;
    probes_ = 0;
}

void Breaker::failed(const std::string &why, const clock::Clock::Moment &now)
{
    if (++failures_ >= policy_.failuresToPause)
        pause(Pause::transport, why, now);
}

void Breaker::pause(Pause pause, const std::string &why, const clock::Clock::Moment &now)
{
    this->pause(pause, why, now.steady, now.wall);
}

void Breaker::pause(Pause pause, const std::string &why, clock::Clock::Steady now,
                    std::optional<clock::Clock::Wall> since)
{
    // A pause that a human or a restart must end is not replaced by one that ends automatically. Of those, rejected
    // credentials survive a restart, and so must not be hidden by another pause.
    const bool lasting = pause_ != Pause::none && !endsByItself(pause_);
    if (lasting && (pause != Pause::auth || pause_ == Pause::auth))
        return;
    const bool first = pause_ == Pause::none;
    if (pause_ != pause)
        since_ = since;
    pause_ = pause;
    reason_ = why;
    if (!endsByItself(pause))
        probeAt_.reset();
    else if (first || !probeAt_)
        probeAt_ = now + probeWait(policy_, probes_);
}

void Breaker::probeFailed(const std::string &why, clock::Clock::Steady now)
{
    if (!endsByItself(pause_))
        return;
    reason_ = why;
    probeAt_ = now + probeWait(policy_, ++probes_);
}

void Breaker::probePassed()
{
    if (!endsByItself(pause_))
        return;
    pause_ = Pause::none;
    reason_.clear();
    since_.reset();
    probeAt_.reset();
    ++probes_;
    // One more failure pauses it again.
    failures_ = policy_.failuresToPause - 1;
}

std::string toDocument(const Breaker &breaker)
{
    if (!outlivesTheProcess(breaker.state()))
        return {};
    return documentOf(breaker.state(), breaker.reason(), breaker.since());
}

std::string toDocument(const connection::Login::Refusal &refusal)
{
    return documentOf(Pause::auth, refusal.error.message, refusal.since);
}

void restoreBreaker(Breaker &breaker, const std::string &document, clock::Clock::Steady now)
{
    const StoredPause stored = read(document);
    if (stored.pause != Pause::none)
        breaker.pause(stored.pause, stored.reason, now, stored.since);
}

void restoreLogin(connection::Login &login, const std::string &document)
{
    const StoredPause stored = read(document);
    if (stored.pause != Pause::auth)
        return;
    connection::Login::Refusal refusal;
    refusal.error.status = PSA_AUTH;
    refusal.error.message = stored.reason;
    refusal.since = stored.since;
    login.restore(refusal);
}

} // namespace psa::delivery
