#include "watermark.h"

#include "ticket_row.h"

#include "common/text.h"
#include "common/typed_values.h"

#include <cmath>

namespace psa::plugins::connectwise {
namespace {

constexpr const char *hidesNotesKey = "lastUpdated-without-notes";
constexpr std::size_t maxText = 4000;
constexpr std::size_t maxSeen = 50;

std::string notedKey(std::string_view ticketId)
{
    return "noted:" + std::string(ticketId);
}

/// Of a field in hours, such as 0.25.
std::int64_t minutesOf(const Object &row, const std::string &name)
{
    constexpr double mostHours = 1e9;
    const Poco::Dynamic::Var value = row.get(name);
    const double hours = value.isNumeric() && !value.isBoolean() ? value.convert<double>() : 0;
    return hours > 0 && hours < mostHours ? std::llround(hours * 60) : 0;
}

} // namespace

std::string Watermark::text() const
{
    Object object;
    object.set("updated", updated);
    object.set("updatedBy", updatedBy);
    object.set("own", own);
    object.set("fields", fields);
    object.set("customerUpdated", customerUpdated);
    object.set("minutes", static_cast<Poco::Int64>(minutes));
    object.set("hidesNotes", hidesNotes);
    object.set("since", static_cast<Poco::Int64>(since));
    Array::Ptr keys = new Array;
    for (const std::string &key : seen)
        if (keys->size() < maxSeen)
            keys->add(key);
    object.set("seen", keys);
    std::string text = toJson(object);
    if (text.size() <= maxText)
        return text;
    object.set("seen", Array::Ptr(new Array)); // Acts of that second may then be told twice.
    return toJson(object);
}

Watermark watermarkOf(const Object &row)
{
    constexpr std::size_t mostOfName = 200;
    Watermark mark;
    if (const Object::Ptr info = row.getObject("_info"))
    {
        mark.updated = excerpt(textOf(*info, "lastUpdated"), mostOfName);
        mark.updatedBy = excerpt(textOf(*info, "updatedBy"), mostOfName);
    }
    for (const char *field : {"status", "board", "owner", "priority", "type", "subType", "item", "team", "company",
                              "contact", "mergedParentTicket"})
        mark.fields += std::to_string(referredId(row, field)) + "/";
    mark.fields += flagOf(row, "hasMergedChildTicketFlag") ? "1" : "0";
    mark.customerUpdated = flagOf(row, "customerUpdatedFlag");
    mark.minutes = minutesOf(row, "actualHours");
    mark.since = parseTime(mark.updated).value_or(0);
    return mark;
}

std::optional<Watermark> parseWatermark(std::string_view text)
{
    const Object::Ptr object = parseObject(text);
    if (!object || !has(*object, "updated") || !has(*object, "since"))
        return std::nullopt;
    Watermark mark;
    mark.updated = textOf(*object, "updated");
    mark.updatedBy = textOf(*object, "updatedBy");
    mark.own = textOf(*object, "own");
    mark.fields = textOf(*object, "fields");
    mark.customerUpdated = flagOf(*object, "customerUpdated");
    mark.minutes = integerOf(*object, "minutes").value_or(0);
    mark.hidesNotes = flagOf(*object, "hidesNotes");
    mark.since = integerOf(*object, "since").value_or(0);
    const Array::Ptr keys = object->getArray("seen");
    for (unsigned i = 0; keys && i < keys->size(); ++i)
        mark.seen.insert(textOf(keys->get(i)));
    return mark;
}

void rememberOwnNote(Client &client, std::string_view ticketId, const Object &note)
{
    const Object::Ptr info = note.getObject("_info");
    std::string at = textOf(note, "dateCreated");
    if (at.empty() && info)
        at = textOf(*info, "dateEntered");
    if (parseTime(at))
        client.kept().put(notedKey(ticketId), at);
}

bool isKnownToHideNotes(Client &client, std::string_view ticketId, const Watermark &now)
{
    const auto noted = client.kept().getLasting(notedKey(ticketId));
    const auto written = noted ? parseTime(*noted) : std::nullopt;
    if (written && now.since > 0 && now.since < *written)
        client.kept().put(hidesNotesKey, "1", 24 * KeptValues::hourMs);
    return client.kept().getLasting(hidesNotesKey).has_value();
}

} // namespace psa::plugins::connectwise
