#include "plugin-check/check_settings.h"

#include "host/config/toml_reader.h"
#include "host/plugin/documents.h"
#include "plugin-check/check.h"

#include <array>
#include <cstdio>
#include <sstream>

namespace psa::check {
namespace {

using config::TomlReader;
using Poco::JSON::Object;

Object::Ptr valuesOf(TomlReader &reader, const toml::table &table)
{
    Object::Ptr values = new Object;
    for (const auto &[name, node] : table)
        values->set(std::string(name.str()), config::toJson(reader, std::string(name.str()), node));
    return values;
}

void readTicket(TomlReader &reader, const toml::node &node, CheckSettings &settings)
{
    const toml::table *table = node.as_table();
    if (table == nullptr)
        return reader.mistake(node, "each ticket is a table: put it under [[ticket]]");
    Object::Ptr ticket = valuesOf(reader, *table);
    ticket->set("version", 1);
    std::ostringstream text;
    ticket->stringify(text);
    try
    {
        plugin::parseDocument("ticket", text.str());
        settings.tickets.push_back(ticket);
    }
    catch (const plugin::InvalidDocument &error)
    {
        reader.mistake(node, "[[ticket]] does not match schemas/ticket.schema.json: " + std::string(error.what()));
    }
}

/// The string `key`, which is required.
std::string needed(TomlReader &reader, const toml::table &table, std::string_view key, const std::string &what)
{
    const auto text = reader.text(table, key);
    if (!text || text->empty())
        reader.mistake(table, "[[waiver]] without \"" + std::string(key) + "\": " + what);
    return text.value_or("");
}

std::string isoDate(unsigned year, unsigned month, unsigned day)
{
    std::array<char, 40> text{};
    (void)std::snprintf(text.data(), text.size(), "%04u-%02u-%02u", year, month, day);
    return text.data();
}

std::string expiryOf(TomlReader &reader, const toml::table &table)
{
    const toml::node *node = table.get("expires");
    if (node == nullptr)
    {
        reader.mistake(table, "[[waiver]] without \"expires\": set its last day, such as 2027-01-31");
        return {};
    }
    if (const auto date = node->value<toml::date>())
        return isoDate(date->year, date->month, date->day);
    reader.mistake(*node, "\"expires\" must be a date without quotes, such as 2027-01-31");
    return {};
}

void readWaiver(TomlReader &reader, const toml::node &node, CheckSettings &settings)
{
    const toml::table *table = node.as_table();
    if (table == nullptr)
        return reader.mistake(node, "each waiver is a table: put it under [[waiver]]");
    reader.refuseUnknown(*table, "[[waiver]]", {"check", "reason", "expires"});
    Waiver waiver;
    waiver.check = needed(reader, *table, "check", "name the id of the check, such as S06");
    if (!waiver.check.empty() && findCheck(waiver.check) == nullptr)
        reader.mistake(*table->get("check"), "there is no check \"" + waiver.check + "\"; see: psa-plugin-check list");
    waiver.reason = reader.text(*table, "reason").value_or("");
    waiver.expires = expiryOf(reader, *table);
    settings.waivers.push_back(std::move(waiver));
}

void readFuzz(TomlReader &reader, CheckSettings &settings)
{
    const toml::node *node = reader.root().get("fuzz_seconds");
    if (node == nullptr)
        return;
    const auto value = node->is_integer() ? **node->as_integer() : 0;
    if (value < 1 || value > 86400)
        reader.mistake(*node, "\"fuzz_seconds\" must be a whole number from 1 to 86400");
    settings.fuzz = std::chrono::seconds(value);
}

} // namespace

std::string dayOf(std::chrono::system_clock::time_point time)
{
    const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(time));
    return isoDate(static_cast<unsigned>(static_cast<int>(day.year())), static_cast<unsigned>(day.month()),
                   static_cast<unsigned>(day.day()));
}

CheckSettings readCheckSettings(const std::filesystem::path &file)
{
    TomlReader reader(file);
    CheckSettings settings;
    reader.refuseUnknown(reader.root(), "the file", {"configuration", "ticket", "good_run", "fuzz_seconds", "waiver"});
    if (const toml::table *values = reader.table(reader.root(), "configuration"))
        settings.configuration = valuesOf(reader, *values);
    if (const toml::array *tickets = reader.list(reader.root(), "ticket", "[[ticket]]"))
        for (const toml::node &ticket : *tickets)
            readTicket(reader, ticket, settings);
    readFuzz(reader, settings);
    if (const toml::array *waivers = reader.list(reader.root(), "waiver", "[[waiver]]"))
        for (const toml::node &waiver : *waivers)
            readWaiver(reader, waiver, settings);
    reader.finish();
    return settings;
}

} // namespace psa::check
