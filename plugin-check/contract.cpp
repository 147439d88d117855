#include "plugin-check/contract.h"

#include "host/json/utf8.h"
#include "host/plugin/documents.h"
#include "host/plugin/log_budget.h"

#include <psa/choices.h>
#include <psa/find_ticket.h>
#include <psa/ticket.h>

#include <algorithm>
#include <map>
#include <set>

namespace psa::check {
namespace {

/// `verb`: its name in the ABI.
bool delivers(const std::string &verb)
{
    const plugin::VerbRow *row = plugin::verbNamed(verb);
    return row != nullptr && row->schema != nullptr;
}

/// Violations in one call, each prefixed by the function.
class Breaches
{
public:
    explicit Breaches(const CallRecord &record) : verb_(record.verb) {}
    void add(const std::string &what) { found_.push_back(verb_ + " " + what); }
    std::vector<std::string> take() { return std::move(found_); }

private:
    std::string verb_;
    std::vector<std::string> found_;
};

std::string textOf(const RawError &error, const std::string &member)
{
    for (const auto &[name, text] : error.texts)
        if (name == member)
            return text;
    return {};
}

std::set<psa_status> statusesOf(const std::string &verb)
{
    const plugin::VerbRow *row = plugin::verbNamed(verb);
    if (row != nullptr && row->verb <= plugin::Verb::create)
        return {PSA_OK, PSA_INTERNAL};
    if (verb == "configure")
        return {PSA_OK, PSA_INVALID_CONFIG, PSA_INTERNAL};
    std::set<psa_status> all;
    for (psa_status status = PSA_OK; status <= PSA_INTERNAL; ++status)
        all.insert(status);
    if (row == nullptr || !row->changes)
        all.erase(PSA_OUTCOME_UNKNOWN);
    const std::set<plugin::Verb> withoutTicket{plugin::Verb::test, plugin::Verb::findNote, plugin::Verb::activity,
                                               plugin::Verb::removeNote};
    if (row != nullptr && withoutTicket.contains(row->verb))
        all.erase(PSA_INVALID_TICKET);
    return all;
}

} // namespace

std::vector<std::string> breachesOfDelivery(const CallRecord &record)
{
    Breaches breaches(record);
    if (record.results.size() > 1)
        breaches.add("delivered " + std::to_string(record.results.size()) + " results");
    if (record.errors.size() > 1)
        breaches.add("delivered " + std::to_string(record.errors.size()) + " errors");
    if (!record.results.empty() && !delivers(record.verb))
        breaches.add("delivered a result where none is allowed");
    return breaches.take();
}

std::vector<std::string> breachesOfEnding(const CallRecord &record)
{
    Breaches breaches(record);
    const std::string status = plugin::statusName(record.status);
    if (record.status > PSA_INTERNAL)
        breaches.add("returned the status " + std::to_string(record.status) + ", which does not exist");
    else if (record.status == PSA_OK && !record.errors.empty())
        breaches.add("returned PSA_OK and delivered an error");
    else if (record.status == PSA_OK && record.results.empty() && delivers(record.verb))
        breaches.add("returned PSA_OK without a result");
    else if (record.status != PSA_OK && !record.results.empty())
        breaches.add("failed with " + status + " and delivered a result");
    else if (record.status != PSA_OK && record.errors.empty())
        breaches.add("failed with " + status + " without put_error: the reason is lost");
    if (record.errors.empty() || record.status == PSA_OK || record.status > PSA_INTERNAL)
        return breaches.take();
    const RawError &error = record.errors.front();
    if (!error.usable)
        breaches.add("delivered an error that is NULL or shorter than psa_error");
    else if (error.status != record.status)
        breaches.add("returned " + status + ", but its error says " + plugin::statusName(error.status));
    else if (textOf(error, "user_message").empty())
        breaches.add("delivered an error without user_message: the reason is lost");
    return breaches.take();
}

std::vector<std::string> breachesOfDocuments(const CallRecord &record)
{
    Breaches breaches(record);
    for (const RawError &error : record.errors)
    {
        if (error.nullText)
            breaches.add("delivered an error text that is NULL with a size");
        for (const auto &[member, text] : error.texts)
            if (!json::isValidUtf8(text))
                breaches.add("gave a " + member + " that is not UTF-8");
            else if (text.size() > plugin::CallState::maxTextBytes)
                breaches.add("gave a " + member + " of " + std::to_string(text.size()) + " bytes; 16 KiB are shown");
    }
    const plugin::VerbRow *row = plugin::verbNamed(record.verb);
    if (record.results.empty() || row == nullptr || row->schema == nullptr)
        return breaches.take();
    const std::string schema = row->schema;
    const std::string &result = record.results.front();
    if (result.size() > plugin::CallState::maxResultBytes)
        breaches.add("delivered a result of " + std::to_string(result.size()) + " bytes; at most 1 MiB is accepted");
    else
        try
        {
            plugin::parseDocument(schema, result);
        }
        catch (const plugin::InvalidDocument &error)
        {
            breaches.add("delivered a result that does not match schemas/" + schema + ".schema.json: " + error.what());
        }
    return breaches.take();
}

std::vector<std::string> breachesOfLog(const CallRecord &record)
{
    Breaches breaches(record);
    const auto any = [&](const auto &is) { return std::any_of(record.lines.begin(), record.lines.end(), is); };
    if (record.lines.size() > plugin::LogBudget::maxLines)
        breaches.add("logged " + std::to_string(record.lines.size()) + " lines; 1000 a call are kept");
    if (any([](const RawLine &line) { return line.level > PSA_LOG_ERROR; }))
        breaches.add("logged with a level that does not exist");
    if (any([](const RawLine &line) { return line.null; }))
        breaches.add("logged a message of NULL with a size");
    if (any([](const RawLine &line) { return !json::isValidUtf8(line.text); }))
        breaches.add("logged a message that is not UTF-8");
    if (any([](const RawLine &line) { return line.text.size() > plugin::CallState::maxTextBytes; }))
        breaches.add("logged a message of more than 16 KiB");
    return breaches.take();
}

std::vector<std::string> breachesOfStatus(const CallRecord &record)
{
    Breaches breaches(record);
    if (record.status <= PSA_INTERNAL && !statusesOf(record.verb).contains(record.status))
        breaches.add(std::string("returned ") + plugin::statusName(record.status) + ", which it never may");
    return breaches.take();
}

} // namespace psa::check
