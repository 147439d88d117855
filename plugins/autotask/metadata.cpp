#include "metadata.h"

#include "common/text.h"
#include "ticket_names.h"

#include <algorithm>

namespace psa::plugins::autotask {
namespace {

constexpr const char *fieldsKey = "ticket-fields";
constexpr const char *userDefinedKey = "ticket-udfs";
constexpr const char *noteKey = "note-fields";

PickValue parseValue(const Object &raw)
{
    PickValue value;
    value.id = textOf(raw, "value");
    value.label = oneLine(textOf(raw, "label"));
    value.parent = textOf(raw, "parentValue");
    value.sortOrder = integerOf(raw, "sortOrder").value_or(0);
    value.active = flagOf(raw, "isActive", true);
    value.isDefault = flagOf(raw, "isDefaultValue");
    return value;
}

FieldInfo parseField(const Object &raw)
{
    FieldInfo field;
    field.name = textOf(raw, "name");
    field.label = textOf(raw, "label");
    field.type = lower(textOf(raw, has(raw, "type") ? "type" : "dataType"));
    field.length = static_cast<std::size_t>(std::max<std::int64_t>(integerOf(raw, "length").value_or(0), 0));
    field.required = flagOf(raw, "isRequired");
    field.readOnly = flagOf(raw, "isReadOnly");
    field.queryable = flagOf(raw, "isQueryable", true);
    const Array::Ptr values = raw.getArray("picklistValues");
    for (unsigned i = 0; values && i < values->size(); ++i)
        if (const Object::Ptr value = values->getObject(i); value && !textOf(*value, "value").empty())
            field.values.push_back(parseValue(*value));
    std::stable_sort(field.values.begin(), field.values.end(),
                     [](const PickValue &a, const PickValue &b) { return a.sortOrder < b.sortOrder; });
    return field;
}

void copyMembers(const Object &from, Object &to, std::initializer_list<const char *> names)
{
    for (const char *name : names)
        if (has(from, name))
            to.set(name, from.get(name));
}

bool isTicketField(const std::string &name)
{
    return nameOfTheirs(ticketNames(), name) != nullptr;
}

bool isNoteField(const std::string &name)
{
    const std::string folded = lower(name);
    return folded == "title" || folded == "description" || folded == "notetype" || folded == "publish";
}

bool isAny(const std::string &)
{
    return true;
}

/// `fields` reduced to what parseField() reads of those that are used: a tenant's whole response can be too large for
/// the cache.
Object trimmed(const Array &fields, bool (*isUsed)(const std::string &))
{
    Array::Ptr kept = new Array;
    for (unsigned i = 0; i < fields.size(); ++i)
    {
        const Object::Ptr field = fields.getObject(i);
        if (!field || !isUsed(textOf(*field, "name")))
            continue;
        Object::Ptr copy = new Object;
        copyMembers(*field, *copy,
                    {"name", "label", "type", "dataType", "length", "isRequired", "isReadOnly", "isQueryable"});
        Array::Ptr values = new Array;
        const Array::Ptr all = field->getArray("picklistValues");
        for (unsigned k = 0; all && k < all->size(); ++k)
            if (const Object::Ptr value = all->getObject(k))
            {
                Object::Ptr one = new Object;
                copyMembers(*value, *one, {"value", "label", "parentValue", "sortOrder", "isActive", "isDefaultValue"});
                values->add(one);
            }
        copy->set("picklistValues", values);
        kept->add(copy);
    }
    Object result;
    result.set("fields", kept);
    return result;
}

} // namespace

/// A description of fields in Autotask.
struct Metadata::Source
{
    const char *key; ///< In the cache.
    const char *path;
    const char *what; ///< "tickets"
    bool (*isUsed)(const std::string &name);
};

std::optional<Metadata> Metadata::parse(const Object &answer, bool fromCache)
{
    const Array::Ptr fields = answer.getArray("fields");
    if (!fields)
        return std::nullopt;
    Metadata metadata;
    metadata.fromCache_ = fromCache;
    for (unsigned i = 0; i < fields->size(); ++i)
        if (const Object::Ptr field = fields->getObject(i))
            metadata.fields_.push_back(parseField(*field));
    return metadata;
}

Metadata Metadata::read(Client &client, const Source &source)
{
    if (const auto kept = client.kept().get(source.key))
        if (const Object::Ptr object = parseObject(*kept))
            if (auto metadata = parse(*object, true))
                return *metadata;
    const Object::Ptr answer = client.get(source.path);
    const auto metadata = parse(*answer, false);
    if (!metadata)
        throw psa::Error(PSA_UNAVAILABLE,
                         std::string("Autotask did not return a usable response: its description of ") + source.what +
                             " has no fields.")
            .hint("Nothing was changed. Try again in some minutes.")
            .detail(std::string("GET ") + source.path + ": no \"fields\"");
    client.kept().put(source.key, toJson(trimmed(*answer->getArray("fields"), source.isUsed)));
    return *metadata;
}

Metadata Metadata::ticketFields(Client &client)
{
    return read(client, {fieldsKey, "Tickets/entityInformation/fields", "tickets", isTicketField});
}

Metadata Metadata::noteFields(Client &client)
{
    return read(client, {noteKey, "TicketNotes/entityInformation/fields", "notes", isNoteField});
}

Metadata Metadata::userDefinedFields(Client &client)
{
    return read(client, {userDefinedKey, "Tickets/entityInformation/userDefinedFields", "tickets", isAny});
}

std::optional<Metadata> Metadata::keptTicketFields(Client &client)
{
    const auto kept = client.kept().get(fieldsKey);
    const Object::Ptr object = kept ? parseObject(*kept) : Object::Ptr();
    return object ? parse(*object, true) : std::nullopt;
}

void Metadata::forget(Client &client)
{
    client.kept().forget(fieldsKey);
    client.kept().forget(userDefinedKey);
    client.kept().forget(noteKey);
}

const FieldInfo *Metadata::find(const std::string &name) const
{
    const std::string wanted = lower(name);
    const auto found = std::find_if(fields_.begin(), fields_.end(),
                                    [&](const FieldInfo &field) { return lower(field.name) == wanted; });
    return found == fields_.end() ? nullptr : &*found;
}

const std::vector<PickValue> &Metadata::values(const std::string &name) const
{
    static const std::vector<PickValue> none;
    const FieldInfo *field = find(name);
    return field == nullptr ? none : field->values;
}

std::size_t Metadata::length(const std::string &name, std::size_t usual) const
{
    const FieldInfo *field = find(name);
    return field == nullptr || field->length == 0 ? usual : field->length;
}

std::string Metadata::label(const std::string &field, const std::string &id) const
{
    const auto &all = values(field);
    const auto found = std::find_if(all.begin(), all.end(), [&](const PickValue &value) { return value.id == id; });
    return found == all.end() ? std::string() : found->label;
}

} // namespace psa::plugins::autotask
