#include "host/delivery/ticket_names.h"

#include "host/delivery/ticket_steps.h"
#include "host/json/strict_json.h"
#include "host/plugin/loaded_plugin.h"

#include <Poco/JSON/Array.h>
#include <Poco/String.h>

#include <algorithm>
#include <atomic>

namespace psa::delivery {
namespace {

using Poco::JSON::Object;
using namespace std::chrono_literals;

constexpr std::chrono::milliseconds callTime = 10s; ///< A ticket that arrives meanwhile may have to wait this long.
constexpr std::chrono::milliseconds firstNameRest = 1min;
constexpr std::chrono::milliseconds maxNameRest = 1h;
constexpr int maxPages = 40; ///< Maximum number of pages of the list of companies.
constexpr std::size_t wantedAtOnce = 500;

/// The list with the values of "company"; "" if the plugin has none that can be read without further values.
std::string companyList(const plugin::LoadedPlugin &plugin)
{
    if (!plugin.offers(plugin::Verb::listChoices))
        return {};
    for (const plugin::Form *form : {&plugin.forms.ticketDefaults, &plugin.forms.ticketFields})
        if (const plugin::FormField *field = form->find("company"); field != nullptr && field->dependsOn.empty())
            return field->choices;
    return {};
}

bool isAbout(const plugin::CallOutcome &outcome, psa_status status)
{
    return outcome.error && outcome.error->status == status;
}

/// For a deleted ticket, this is all that the PSA can tell.
bool isFine(const plugin::CallOutcome &outcome)
{
    return outcome.ok() || isAbout(outcome, PSA_NOT_FOUND);
}

} // namespace

std::optional<clock::Clock::Steady> TicketNames::restUntil() const
{
    const std::lock_guard lock(mutex_);
    return restUntil_;
}

std::optional<plugin::CallOutcome> TicketNames::learn(connection::Connection &connection)
{
    if (const auto until = restUntil(); until && *until > clock_->now())
        return std::nullopt;
    std::optional<plugin::CallOutcome> outcome = readNumber(connection);
    if (!outcome)
        outcome = labelCompanies(connection);
    const std::lock_guard lock(mutex_);
    restUntil_.reset();
    if (outcome)
        rest(*outcome);
    return outcome;
}

/// The next call may fail for the same reason, so it is delayed. Requires the lock.
void TicketNames::rest(const plugin::CallOutcome &outcome)
{
    if (isFine(outcome))
    {
        failures_ = 0;
        return;
    }
    const std::chrono::milliseconds said(isAbout(outcome, PSA_RATE_LIMITED) ? outcome.error->retryAfterMs : 0);
    const std::chrono::milliseconds grown = firstNameRest * (1 << std::min(failures_, 10U));
    failures_ += said.count() > 0 ? 0U : 1U;
    restUntil_ = clock_->now() + std::clamp(said.count() > 0 ? said : grown, firstNameRest, maxNameRest);
}

template <class Call>
TicketNames::Asked TicketNames::ask(const Call &call) const
{
    // Also owned by the observer: a lost call may still send long after it was abandoned.
    const auto left = std::make_shared<std::atomic<bool>>(false);
    connection::CallOptions options;
    options.time = callTime;
    options.use = net::BudgetUse::spare;
    options.observer = [left](const net::Exchange &exchange) {
        if (exchange.response.delivery != net::Delivery::notSent)
            *left = true;
    };
    Asked asked{call(options)};
    const bool unreachable = isAbout(asked.outcome, PSA_UNAVAILABLE) || isAbout(asked.outcome, PSA_TIMEOUT);
    asked.counts = !isAbout(asked.outcome, PSA_RATE_LIMITED) && !isAbout(asked.outcome, PSA_CANCELLED) &&
                   !isAbout(asked.outcome, PSA_AUTH) && (*left || !unreachable);
    return asked;
}

std::optional<plugin::CallOutcome> TicketNames::readNumber(connection::Connection &connection)
{
    if (!connection.plugin().offers(plugin::Verb::readTicket))
        return std::nullopt;
    auto ticket = store_.read([&](const store::StoreReader &reader) { return reader.ticketWithoutNumber(name_); });
    if (!ticket)
        return std::nullopt;
    Asked asked = ask(
        [&](const connection::CallOptions &options) { return connection.readTicket(ticket->outcome.psaId, options); });
    if (asked.outcome.ok())
    {
        takeTicket(asked.outcome, ticket->outcome);
        const bool noted = store_.write([&](store::StoreWriter &writer) {
            return noteNumber(writer, ticket->id, ticket->outcome.number, ticket->outcome.url);
        });
        (void)noted; // false: it was deleted meanwhile
    }
    else if (asked.counts)
        store_.write([&](store::StoreWriter &writer) {
            writer.recordNumberFailure(ticket->id, isAbout(asked.outcome, PSA_NOT_FOUND));
        });
    return std::move(asked.outcome);
}

std::optional<plugin::CallOutcome> TicketNames::labelCompanies(connection::Connection &connection)
{
    plugin::ChoicesQuery query;
    query.list = companyList(connection.plugin());
    if (query.list.empty())
        return std::nullopt;
    if (search_.wanted.empty())
        search_ = {store_.read([&](const store::StoreReader &reader) {
                       return reader.unlabelledCompanies(name_, wantedAtOnce);
                   }),
                   "", 0};
    if (search_.wanted.empty())
        return std::nullopt;
    query.cursor = search_.cursor;
    query.limit = plugin::ChoicesQuery::maxLimit;
    Asked asked = ask([&](const connection::CallOptions &options) { return connection.listChoices(query, options); });
    if (asked.outcome.ok())
        takeLabels(asked.outcome.result);
    else
    {
        if (asked.counts)
            store_.write([&](store::StoreWriter &writer) { writer.giveUpCompanies(name_, search_.wanted, false); });
        search_ = {};
    }
    return std::move(asked.outcome);
}

/// A company is named by its id, its code or its name. One that is missing from the whole list is shown as named.
void TicketNames::takeLabels(const std::string &result)
{
    const auto page = json::parseStrict(result).extract<Object::Ptr>();
    std::map<std::string, std::string> byId;
    std::map<std::string, std::string> byName;
    for (const auto &each : *page->getArray("items"))
    {
        const auto &item = *each.extract<Object::Ptr>();
        const auto label = item.getValue<std::string>("label");
        byId.emplace(item.getValue<std::string>("id"), label);
        for (const std::string &name : {label, item.optValue<std::string>("code", "")})
            byName.emplace(Poco::toLower(name), label);
    }
    std::map<std::string, std::string> found;
    std::erase_if(search_.wanted, [&](const std::string &company) {
        auto at = byId.find(company);
        if (at == byId.end() && (at = byName.find(Poco::toLower(company))) == byName.end())
            return false;
        found.emplace(company, at->second);
        return true;
    });
    search_.cursor = page->optValue<std::string>("nextCursor", "");
    const bool over = search_.cursor.empty() || ++search_.pages == maxPages;
    store_.write([&](store::StoreWriter &writer) {
        writer.labelCompanies(name_, found);
        if (over)
            writer.giveUpCompanies(name_, search_.wanted, true);
    });
    if (over)
        search_ = {};
}

void takeTicket(const plugin::CallOutcome &read, ticket::TicketOutcome &outcome)
{
    const auto found = json::parseStrict(read.result).extract<Object::Ptr>()->getObject("ticket");
    outcome.psaId = found->getValue<std::string>("id");
    outcome.number = found->optValue<std::string>("number", outcome.psaId); // the name that people use for it
    outcome.url = found->optValue<std::string>("url", "");
}

} // namespace psa::delivery
