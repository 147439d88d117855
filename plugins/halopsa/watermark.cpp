#include "watermark.h"

namespace psa::plugins::halopsa {
namespace {

/// A gap that is older than so many actions is a deleted one.
constexpr std::size_t mostGaps = 50;

} // namespace

std::string Watermark::text() const
{
    Object object;
    object.set("last", static_cast<Poco::Int64>(last));
    Array::Ptr missing = new Array;
    for (auto gap = gaps.rbegin(); gap != gaps.rend() && missing->size() < mostGaps; ++gap)
        missing->add(static_cast<Poco::Int64>(*gap));
    object.set("gaps", missing);
    object.set("audited", static_cast<Poco::Int64>(audited));
    object.set("state", jsonOf(state));
    object.set("application", application);
    return toJson(object);
}

std::optional<Watermark> parseWatermark(std::string_view text)
{
    const Object::Ptr object = parseObject(text);
    const Object::Ptr state = object ? object->getObject("state") : nullptr;
    const auto last = object ? integerOf(*object, "last") : std::nullopt;
    if (!state || !last)
        return std::nullopt;
    Watermark mark{
        *last, {}, integerOf(*object, "audited").value_or(-1), stateIn(*state), textOf(*object, "application")};
    const Array::Ptr missing = object->getArray("gaps");
    for (unsigned i = 0; missing && i < missing->size(); ++i)
        mark.gaps.insert(integerOf(missing->get(i)).value_or(-1));
    return mark;
}

} // namespace psa::plugins::halopsa
