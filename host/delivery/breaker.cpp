#include "host/delivery/breaker.h"

#include "host/json/json_text.h"
#include "host/json/strict_json.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Object.h>

#include <array>

namespace psa::delivery {
namespace {

/// The properties of each pause.
struct Meaning
{
    Pause pause;
    const char *name;
    const char *sentence;
    bool endsByItself;       ///< Ended by a probe that passes.
    bool outlivesTheProcess; ///< Stored: others are detected again within a few tickets.
    bool allowsLookups;      ///< Credentials that may not create tickets may still find them.
};
constexpr std::array meanings = {
    Meaning{Pause::none, "none", "", false, false, true},
    Meaning{Pause::auth, "auth", "The PSA does not accept the credentials", false, true, false},
    Meaning{Pause::permission, "permission", "The API user lacks permission in the PSA", true, true, true},
    Meaning{Pause::transport, "transport", "The PSA is unreachable or failing", true, false, false},
    Meaning{Pause::plugin, "plugin", "The plugin crashed over different tickets", true, false, false},
};
static_assert(meanings.size() == allPauses.size() + 1);

const Meaning &meaningOf(Pause pause)
{
    return meanings.at(static_cast<std::size_t>(pause));
}

using Poco::JSON::Object;

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
    for (const Meaning &each : meanings)
        if (each.outlivesTheProcess && kind == each.name)
            stored.pause = each.pause;
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
    return meaningOf(pause).name;
}

const char *sentenceOf(Pause pause)
{
    return meaningOf(pause).sentence;
}

bool allowsLookups(Pause pause)
{
    return meaningOf(pause).allowsLookups;
}

void Breaker::succeeded()
{
    failures_ = 0;
    probes_ = 0;
    crashed_.reset();
}

void Breaker::failed(const std::string &why, const clock::Clock::Moment &now)
{
    if (++failures_ >= policy_.failuresToPause)
        pause(Pause::transport, why, now);
}

void Breaker::crashed(std::int64_t ticket, const std::string &why, const clock::Clock::Moment &now)
{
    if (crashed_ && *crashed_ != ticket)
        pause(Pause::plugin, why, now);
    crashed_ = ticket;
}

void Breaker::pause(Pause pause, const std::string &why, const clock::Clock::Moment &now)
{
    this->pause(pause, why, now.steady, now.wall);
}

void Breaker::pause(Pause pause, const std::string &why, clock::Clock::Steady now,
                    std::optional<clock::Clock::Wall> since)
{
    // A pause that a human must end is not replaced by one that ends automatically.
    if (pause_ == Pause::auth)
        return;
    const bool first = pause_ == Pause::none;
    if (pause_ != pause)
        since_ = since;
    pause_ = pause;
    reason_ = why;
    if (!meaningOf(pause).endsByItself)
        probeAt_.reset();
    else if (first || !probeAt_)
        probeAt_ = now + probeWait(policy_, probes_);
}

void Breaker::probeFailed(const std::string &why, clock::Clock::Steady now)
{
    if (!meaningOf(pause_).endsByItself)
        return;
    reason_ = why;
    probeAt_ = now + probeWait(policy_, ++probes_);
}

void Breaker::probePassed()
{
    if (!meaningOf(pause_).endsByItself)
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
    if (!meaningOf(breaker.state()).outlivesTheProcess)
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

std::optional<clock::Clock::Wall> refusedSince(const std::string &document)
{
    const StoredPause stored = read(document);
    return stored.pause == Pause::auth ? stored.since : std::nullopt;
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
