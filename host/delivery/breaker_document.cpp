#include "host/delivery/breaker_document.h"

#include "host/json/json_text.h"
#include "host/json/strict_json.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Object.h>

namespace psa::delivery {
namespace {

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
