#include "host/plugin/outcome_json.h"

#include "host/json/json_text.h"
#include "host/json/strict_json.h"
#include "host/plugin/loaded_plugin.h"

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

/// How well an explanation of the descriptor matches: -1 = not at all, otherwise the number of conditions that it
/// specifies.
int fit(const Object &explanation, const PluginError &error)
{
    int named = 0;
    if (explanation.has("status"))
    {
        if (explanation.getValue<std::string>("status") != statusName(error.status))
            return -1;
        ++named;
    }
    if (explanation.has("httpStatus"))
    {
        if (explanation.getValue<std::uint32_t>("httpStatus") != error.httpStatus)
            return -1;
        ++named;
    }
    if (explanation.has("vendorCode"))
    {
        if (explanation.getValue<std::string>("vendorCode") != error.vendorCode)
            return -1;
        named += 2;
    }
    return named;
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
    if (!outcome.defects.empty())
        object->set("defects", json::arrayOf(outcome.defects));
    return object;
}

Object::Ptr explain(const LoadedPlugin &plugin, const PluginError &error)
{
    const auto descriptor = plugin.descriptor.extract<Object::Ptr>();
    const Array::Ptr all = descriptor->has("commonErrors") ? descriptor->getArray("commonErrors") : nullptr;
    Object::Ptr best;
    int most = 0;
    for (unsigned i = 0; !all.isNull() && i < all->size(); ++i)
        if (const int named = fit(*all->getObject(i), error); named > most)
        {
            most = named;
            best = all->getObject(i);
        }
    return best;
}

Object::Ptr failureToJson(const LoadedPlugin &plugin, const PluginError &error)
{
    Object::Ptr object = toJson(error);
    const Object::Ptr explanation = explain(plugin, error);
    if (explanation.isNull())
        return object;
    object->set("explanation", explanation->getValue<std::string>("explanation"));
    if (error.hint.empty() && explanation->has("hint"))
        object->set("hint", explanation->getValue<std::string>("hint"));
    return object;
}

} // namespace psa::plugin
