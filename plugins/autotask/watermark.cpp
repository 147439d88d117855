#include "watermark.h"

#include "common/typed_values.h"

namespace psa::plugins::autotask {
namespace {

constexpr int format = 1;
/// The host keeps up to 4000 characters; an entry has up to 20.
constexpr std::size_t maxReported = 100;

std::string joined(const Object &row, std::initializer_list<const char *> fields)
{
    std::string text;
    for (const char *field : fields)
        text += textOf(row, field) + "|";
    return text;
}

} // namespace

std::string Watermark::text() const
{
    Array::Ptr seen = new Array;
    for (auto entry = reported.rbegin(); entry != reported.rend() && seen->size() < maxReported; ++entry)
        seen->add(*entry);
    Object object;
    object.set("v", format);
    object.set("stamps", stamps);
    object.set("fields", fields);
    object.set("since", static_cast<Poco::Int64>(sinceMs));
    if (seen->size() > 0)
        object.set("reported", seen);
    if (!mergedInto.empty())
    {
        object.set("mergedInto", mergedInto);
        object.set("mergedNumber", mergedNumber);
    }
    return toJson(object);
}

std::optional<Watermark> parseWatermark(std::string_view text)
{
    const Object::Ptr object = parseObject(text);
    if (!object || integerOf(*object, "v") != format || !integerOf(*object, "since"))
        return std::nullopt;
    Watermark mark;
    mark.stamps = textOf(*object, "stamps");
    mark.fields = textOf(*object, "fields");
    mark.sinceMs = *integerOf(*object, "since");
    const Array::Ptr seen = object->getArray("reported");
    for (std::size_t i = 0; seen && i < seen->size(); ++i)
        mark.reported.insert(textOf(seen->get(static_cast<unsigned>(i))));
    mark.mergedInto = textOf(*object, "mergedInto");
    mark.mergedNumber = textOf(*object, "mergedNumber");
    return mark;
}

std::string Watermark::stampsOf(const Object &row)
{
    return joined(row, {"lastTrackedModificationDateTime", "lastActivityDate", "lastActivityResourceID",
                        "lastActivityPersonType", "completedDate"});
}

std::string Watermark::fieldsOf(const Object &row)
{
    return joined(row,
                  {"status", "queueID", "priority", "ticketCategory", "assignedResourceID", "configurationItemID"});
}

std::optional<std::int64_t> timeOf(const Object &row, const char *field)
{
    const std::string text = textOf(row, field);
    const auto time = parseTime(text);
    return time ? time : parseTime(text + "Z");
}

} // namespace psa::plugins::autotask
