#include "host/store/postgres/change_rows.h"

#include "host/json/json_text.h"
#include "host/store/store_error.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <algorithm>
#include <array>

namespace psa::store {
namespace {

struct NamedKind
{
    const char *name;
    bool StoreChange::*changed;
};
constexpr std::array<NamedKind, 5> changeKinds = {{{"connections", &StoreChange::connections},
                                                   {"audit", &StoreChange::audit},
                                                   {"events", &StoreChange::events},
                                                   {"definitions", &StoreChange::definitions},
                                                   {"settings", &StoreChange::settings}}};

} // namespace

std::string toChangeText(const StoreChange &change)
{
    Poco::JSON::Object text(Poco::JSON_PRESERVE_KEY_ORDER);
    std::vector<std::int64_t> tickets = change.tickets;
    std::sort(tickets.begin(), tickets.end());
    tickets.erase(std::unique(tickets.begin(), tickets.end()), tickets.end());
    if (!tickets.empty())
    {
        Poco::JSON::Array ids;
        for (const std::int64_t id : tickets)
            ids.add(id);
        text.set("tickets", ids);
    }
    for (const NamedKind &kind : changeKinds)
        if (change.*kind.changed)
            text.set(kind.name, true);
    if (!change.of.empty())
        text.set("of", json::arrayOf(change.of));
    return json::jsonText(text);
}

StoreChange changeFrom(const std::string &text)
try
{
    const auto object = json::parseObject(text);
    StoreChange change;
    if (const auto ids = object->getArray("tickets"))
        for (const auto &id : *ids)
            change.tickets.push_back(id.convert<std::int64_t>());
    for (const NamedKind &kind : changeKinds)
        change.*kind.changed = object->optValue(kind.name, false);
    if (const auto names = object->getArray("of"))
        for (const auto &name : *names)
            change.of.insert(name.convert<std::string>());
    return change;
}
catch (const Poco::Exception &error)
{
    throw StoreError(StoreError::Kind::invalid, "a change of another host cannot be read: " + error.displayText());
}

void merge(const StoreChange &change, StoreChange &all)
{
    all.tickets.insert(all.tickets.end(), change.tickets.begin(), change.tickets.end());
    for (const NamedKind &kind : changeKinds)
        all.*kind.changed = all.*kind.changed || change.*kind.changed;
    all.of.insert(change.of.begin(), change.of.end());
}

} // namespace psa::store
