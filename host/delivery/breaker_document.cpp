#include "host/delivery/breaker_document.h"

#include "host/json/json_text.h"
#include "host/json/strict_json.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Object.h>

namespace psa::host {
namespace {

using Poco::JSON::Object;

/// A transport that is down shows so again within three tickets. Threads that were lost ended with the process, and the
/// store itself knows who is in quarantine.
bool outlivesTheProcess(Pause pause)
{
    return pause == Pause::auth || pause == Pause::permission;
}

} // namespace

std::string toDocument(const Breaker &breaker)
{
    if (!outlivesTheProcess(breaker.state()))
        return {};
    Object document(Poco::JSON_PRESERVE_KEY_ORDER);
    document.set("version", 1);
    document.set("pause", toText(breaker.state()));
    document.set("reason", breaker.reason());
    return toText(document);
}

void restoreBreaker(Breaker &breaker, const std::string &document, Clock::Steady now)
{
    if (document.empty())
        return;
    try
    {
        const auto object = parseStrict(document, ownText).extract<Object::Ptr>();
        const auto kind = object->getValue<std::string>("pause");
        for (const Pause pause : {Pause::auth, Pause::permission})
            if (kind == toText(pause))
                breaker.pause(pause, object->getValue<std::string>("reason"), now);
    }
    catch (const JsonError &)
    {
        return;
    }
    catch (const Poco::Exception &)
    {
        return;
    }
}

} // namespace psa::host
