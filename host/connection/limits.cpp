#include "host/connection/limits.h"

#include "host/secrets/crypto.h"

#include <Poco/JSON/Array.h>

namespace psa::connection {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

std::string sharedBy(const std::string &plugin, const Object &limit, const Object &values)
{
    const Array::Ptr per = limit.getArray("per");
    if (per.isNull() || per->size() == 0)
        return {};
    std::string read;
    for (const auto &field : *per)
    {
        const auto name = field.convert<std::string>();
        const std::string value = values.has(name) ? values.get(name).convert<std::string>() : std::string();
        // With lengths, so that different lists of values give different texts.
        read += std::to_string(name.size()) + ":" + name + std::to_string(value.size()) + ":" + value;
    }
    return plugin + "/" + secrets::digestOf(read).substr(0, 24);
}

std::string limitKey(const Object &limit)
{
    return limit.optValue<std::string>("limitKey", "");
}

} // namespace

DeclaredLimits readLimits(const Object &descriptor, const Object &values)
{
    DeclaredLimits limits;
    const Object::Ptr declared = descriptor.getObject("limits");
    if (declared.isNull())
        return limits;
    const auto plugin = descriptor.getValue<std::string>("id");
    const Array::Ptr concurrency = declared->getArray("concurrency");
    for (unsigned i = 0; !concurrency.isNull() && i < concurrency->size(); ++i)
    {
        const Object::Ptr each = concurrency->getObject(i);
        limits.concurrency.push_back(
            {each->getValue<std::size_t>("max"), limitKey(*each), sharedBy(plugin, *each, values)});
    }
    const Array::Ptr requests = declared->getArray("requests");
    for (unsigned i = 0; !requests.isNull() && i < requests->size(); ++i)
    {
        const Object::Ptr each = requests->getObject(i);
        limits.windows.push_back({each->getValue<std::size_t>("max"),
                                  std::chrono::seconds(each->getValue<int>("windowSeconds")), limitKey(*each),
                                  sharedBy(plugin, *each, values)});
    }
    return limits;
}

} // namespace psa::connection
