#include "host/plugin/outcome_json.h"

#include "host/json/strict_json.h"

#include <Poco/JSON/Array.h>

#include <array>

namespace psa::plugin {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

const char *toText(MutationSeen seen)
{
    constexpr std::array names{"none", "withheld", "not sent", "answered", "no answer"};
    return names[static_cast<std::size_t>(seen)];
}

} // namespace

Object::Ptr toJson(const PluginError &error)
{
    Object::Ptr object = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    object->set("status", statusName(error.status));
    object->set("message", error.message);
    const std::array<std::pair<const char *, const std::string &>, 4> texts{
        {{"hint", error.hint}, {"field", error.field}, {"detail", error.detail}, {"vendorCode", error.vendorCode}}};
    for (const auto &[key, value] : texts)
        if (!value.empty())
            object->set(key, value);
    if (error.httpStatus != 0)
        object->set("httpStatus", error.httpStatus);
    if (error.retryAfterMs != 0)
        object->set("retryAfterMs", error.retryAfterMs);
    return object;
}

Object::Ptr toJson(const CallOutcome &outcome)
{
    Object::Ptr object = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    if (outcome.error)
        object->set("error", toJson(*outcome.error));
    else if (!outcome.result.empty())
        object->set("result", json::parseStrict(outcome.result));
    object->set("mutation", toText(outcome.mutation));
    Array::Ptr defects = new Array;
    for (const std::string &defect : outcome.defects)
        defects->add(defect);
    if (defects->size() > 0)
        object->set("defects", defects);
    return object;
}

} // namespace psa::plugin
