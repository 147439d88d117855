#include "host/store/sql/progress_columns.h"

#include "host/json/strict_json.h"
#include "host/json/utf8.h"
#include "host/store/store_error.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Array.h>

#include <sstream>

namespace psa::store {
namespace {

constexpr std::size_t maxKeyBytes = 255;
constexpr std::size_t maxReferenceBytes = 40;

template <class Wanted>
std::string numbersOf(const Wanted &wanted)
{
    std::string numbers;
    for (const ticket::TicketState state : ticket::allTicketStates)
        if (wanted(state))
            numbers += (numbers.empty() ? "" : ", ") + std::to_string(static_cast<int>(state));
    return numbers;
}

} // namespace

void readProgress(const SqlStatement &row, int &column, ticket::Progress &progress)
{
    const std::int64_t stored = row.integer(column++);
    const auto known = ticket::ticketStateFrom(stored);
    progress.state = known.value_or(ticket::TicketState::needsReview);
    if (!known)
        addDamage(progress, "its state is " + std::to_string(stored) + ", which does not exist");
    progress.reason.code = row.text(column++);
    progress.reason.text = row.text(column++);
    progress.attempts = row.integer(column++);
    progress.fence = row.integer(column++);
    progress.crashes = row.integer(column++);
    progress.created = row.time(column++);
    progress.runBegan = row.time(column++);
    progress.changed = row.time(column++);
    progress.due = row.optionalTime(column++);
    progress.openSince = row.optionalTime(column++);
    progress.ended = row.optionalTime(column++);
    progress.pluginBuild = row.text(column++);
}

void addDamage(ticket::Progress &progress, const std::string &what)
{
    progress.damage += (progress.damage.empty() ? "" : "; ") + what;
}

std::string toStored(const std::vector<std::string> &texts)
{
    if (texts.empty())
        return "";
    Poco::JSON::Array array;
    for (const std::string &each : texts)
        array.add(each);
    std::ostringstream text;
    array.stringify(text);
    return text.str();
}

std::vector<std::string> readTexts(const std::string &stored, const char *name, ticket::Progress &progress)
try
{
    std::vector<std::string> texts;
    if (stored.empty())
        return texts;
    const auto array = json::parseStrict(stored, json::ownText).extract<Poco::JSON::Array::Ptr>();
    for (const auto &each : *array)
        texts.push_back(each.toString());
    return texts;
}
catch (const json::JsonError &error)
{
    addDamage(progress, std::string(name) + " cannot be read: " + error.what());
    return {};
}
catch (const Poco::Exception &error)
{
    addDamage(progress, std::string(name) + " cannot be read: " + error.displayText());
    return {};
}

std::string memberText(const std::string &json, bool orNumber)
try
{
    // Most strings are spared the parser: those without escapes.
    const bool isString = json.size() >= 2 && json.front() == '"' && json.find('\\') == std::string::npos;
    if (isString && json::isValidUtf8(json))
        return json.substr(1, json.size() - 2);
    if (json.empty())
        return "";
    const auto value = json::parseStrict("[" + json + "]", json::ownText).extract<Poco::JSON::Array::Ptr>()->get(0);
    return value.isString() || (orNumber && value.isInteger()) ? value.convert<std::string>() : "";
}
catch (const json::JsonError &)
{
    return "";
}

std::optional<std::string> optionalText(const std::string &text)
{
    return text.empty() ? std::nullopt : std::optional(text);
}

void checkNames(const std::string &reference, const std::string &key)
{
    if (reference.empty() || reference.size() > maxReferenceBytes)
        throw StoreError(StoreError::Kind::invalid, "the reference \"" + reference + "\" must have 1 to 40 bytes");
    if (key.size() > maxKeyBytes)
        throw StoreError(StoreError::Kind::invalid,
                         "the key has " + std::to_string(key.size()) + " bytes; it may have at most 255");
}

std::string statesThatAllow(ticket::TicketAction action)
{
    return numbersOf([&](ticket::TicketState state) { return ticket::allows(state, action); });
}

std::string statesNotEnded()
{
    return numbersOf([](ticket::TicketState state) { return !ticket::isEnded(state); });
}

} // namespace psa::store
