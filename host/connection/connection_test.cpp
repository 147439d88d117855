#include "host/connection/connection_test.h"

#include "host/json/json_text.h"
#include "host/json/strict_json.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Object.h>

namespace psa::connection {

using Poco::JSON::Object;
using std::chrono::milliseconds;

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

} // namespace psa::connection
