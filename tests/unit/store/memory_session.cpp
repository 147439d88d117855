#include "tests/unit/store/memory_session.h"

#include "host/json/strict_json.h"
#include "host/store/page_cursor.h"
#include "host/store/search_words.h"
#include "host/ticket/transitions.h"

#include <Poco/JSON/Object.h>

#include <algorithm>
#include <functional>
#include <limits>

namespace psa::test {
namespace {

using namespace psa::clock;
using namespace psa::json;
using namespace psa::net;
using namespace psa::store;
using namespace psa::ticket;
using std::chrono::milliseconds;

std::int64_t unixMs(Clock::Wall time)
{
    return std::chrono::floor<milliseconds>(time.time_since_epoch()).count();
}

[[noreturn]] void throwNoConnection(const std::string &name)
{
    throw StoreError(StoreError::Kind::notFound, "there is no connection \"" + name + "\"");
}

void check(bool good, StoreError::Kind kind, const std::string &problem)
{
    if (!good)
        throw StoreError(kind, problem);
}

void checkNames(const std::string &reference, const std::string &key)
{
    check(!reference.empty() && reference.size() <= 40, StoreError::Kind::invalid,
          "the reference \"" + reference + "\" must have 1 to 40 bytes");
    check(key.size() <= 255, StoreError::Kind::invalid, "the key may have at most 255 bytes");
}

StoredTicket withoutDocuments(StoredTicket ticket)
{
    ticket.requestJson.clear();
    ticket.ticketJson.clear();
    ticket.company.clear();
    ticket.operationStates.clear();
    return ticket;
}

/// A string or an integer of a document; "" if it is absent.
std::string memberOf(const std::string &json, const char *name, bool orNumber)
try
{
    const auto object = parseStrict(json, ownText).extract<Poco::JSON::Object::Ptr>();
    const auto value = object->get(name);
    return value.isString() || (orNumber && value.isInteger()) ? value.convert<std::string>() : "";
}
catch (const JsonError &)
{
    return "";
}

std::size_t bytesOf(const StoredTicket &ticket)
{
    std::size_t bytes = ticket.title.size() + ticket.reason.text.size();
    for (const std::string &warning : ticket.outcome.warnings)
        bytes += warning.size();
    return bytes;
}

bool isWithin(Clock::Wall time, const std::optional<Clock::Wall> &from, std::int64_t id, const PageCursor &start)
{
    return (!from || time >= *from) && PageCursor{unixMs(time), id} < start;
}

PageCursor startOf(const std::string &cursor, const std::optional<Clock::Wall> &until)
{
    return PageCursor::start(cursor, until ? std::optional(unixMs(*until)) : std::nullopt);
}

/// The first entries of `found`, newest first, that fit on a page.
template <class Page, class Entry, class TimeOf, class BytesOf>
void fillPage(Page &page, std::vector<Entry> Page::*entries, std::size_t limit, std::vector<Entry> found,
              const TimeOf &timeOf, const BytesOf &bytesOfEntry)
{
    PageFill fill(limit);
    const auto placeOf = [&](const Entry &entry) { return PageCursor{unixMs(timeOf(entry)), entry.id}; };
    std::sort(found.begin(), found.end(), [&](const Entry &a, const Entry &b) { return placeOf(a) > placeOf(b); });
    for (Entry &entry : found)
    {
        if (!fill.take(bytesOfEntry(entry)))
        {
            page.next = placeOf((page.*entries).back()).toText();
            return;
        }
        (page.*entries).push_back(std::move(entry));
    }
}

} // namespace

Clock::Wall MemorySession::now() const
{
    return std::chrono::floor<milliseconds>(clock_.wallNow());
}

/// The name of its company, from its documents.
void MemorySession::describe(StoredTicket &ticket) const
{
    ticket.company = memberOf(ticket.ticketJson, "company", true);
    ticket.companyLabel = companyLabel(ticket.connection, ticket.company);
}

std::optional<StoredTicket> MemorySession::ticket(std::int64_t id) const
{
    const auto at = all_.tickets.find(id);
    if (at == all_.tickets.end())
        return std::nullopt;
    StoredTicket found = at->second;
    describe(found);
    found.operationStates = notableStates(operationsOf(id));
    return found;
}

std::optional<StoredTicket> MemorySession::ticketRow(std::int64_t id) const
{
    const auto at = all_.tickets.find(id);
    return at == all_.tickets.end() ? std::nullopt : std::optional(withoutDocuments(at->second));
}

std::optional<StoredTicket> MemorySession::ticketByReference(const std::string &reference) const
{
    const auto at = all_.references.find(reference);
    return at == all_.references.end() ? std::nullopt : ticket(at->second);
}

std::optional<StoredTicket> MemorySession::ticketByKey(const std::string &connection, const std::string &key) const
{
    const auto at = all_.keys.find({connection, key});
    return at == all_.keys.end() || !isPresent(connection) ? std::nullopt : ticket(at->second);
}

/// As in a list.
StoredTicket MemorySession::listed(const StoredTicket &ticket) const
{
    StoredTicket listed = ticket;
    describe(listed);
    listed.title = memberOf(ticket.requestJson, "title", false);
    listed.requestJson.clear();
    listed.ticketJson.clear();
    listed.operationStates = notableStates(operationsOf(ticket.id));
    return listed;
}

/// Whether the ticket passes all filters except those of time and text.
bool MemorySession::passes(const StoredTicket &ticket, const TicketQuery &query) const
{
    const auto isAmong = [](const std::vector<TicketState> &states, TicketState state) {
        return std::find(states.begin(), states.end(), state) != states.end();
    };
    const std::vector<StoredOperation> operations = operationsOf(ticket.id);
    const bool state = query.states.empty() || isAmong(query.states, ticket.state) ||
                       std::any_of(operations.begin(), operations.end(), [&](const StoredOperation &operation) {
                           return isAmong(query.operationStates, operation.state);
                       });
    const bool connection = query.connection.empty() || ticket.connection == query.connection;
    const bool inPsa =
        query.psaTicket.empty() || ticket.outcome.psaId == query.psaTicket || ticket.outcome.number == query.psaTicket;
    return state && connection && inPsa;
}

TicketPage MemorySession::listTickets(const TicketQuery &query) const
{
    const PageCursor start = startOf(query.cursor, query.until);
    const SearchWords words(query.text);
    const bool byId = !words.all().empty();
    std::vector<StoredTicket> found;
    for (const auto &[id, ticket] : all_.tickets)
    {
        const bool inTime = byId ? (!query.from || ticket.created >= *query.from) &&
                                       (!query.until || ticket.created < *query.until) &&
                                       (query.cursor.empty() || id < start.id)
                                 : isWithin(ticket.created, query.from, id, start);
        if (inTime && passes(ticket, query) && words.match(listed(ticket)))
            found.push_back(listed(ticket));
    }
    TicketPage page;
    fillPage(
        page, &TicketPage::tickets, query.limit, std::move(found),
        [&](const StoredTicket &ticket) { return byId ? Clock::Wall() : ticket.created; }, bytesOf);
    return page;
}

template <class Predicate, class Before>
std::vector<StoredTicket> MemorySession::some(const std::string &connection, std::size_t max, const Predicate &fits,
                                              const Before &before) const
{
    std::vector<StoredTicket> found;
    for (const auto &[id, ticket] : all_.tickets)
        if (ticket.connection == connection && isPresent(connection) && fits(ticket))
            found.push_back(withoutDocuments(ticket));
    std::stable_sort(found.begin(), found.end(), before);
    found.resize(std::min(found.size(), max));
    return found;
}

std::vector<StoredTicket> MemorySession::dueTickets(const std::string &connection, ClaimFor purpose,
                                                    std::size_t max) const
{
    std::vector<StoredTicket> found = some(
        connection, max,
        [&](const StoredTicket &ticket) {
            return (purpose == ClaimFor::sending ? isToBeSent(ticket) : awaitsReconciliation(ticket)) &&
                   *ticket.due <= now();
        },
        [](const StoredTicket &a, const StoredTicket &b) { return *a.due < *b.due; });
    for (StoredTicket &ticket : found)
    {
        ticket.requestJson = all_.tickets.at(ticket.id).requestJson;
        ticket.ticketJson = all_.tickets.at(ticket.id).ticketJson;
    }
    return found;
}

std::vector<StoredTicket> MemorySession::heldTickets(const std::string &connection, std::size_t max) const
{
    return some(
        connection, max,
        [](const StoredTicket &ticket) { return allows(ticket.state, TicketAction::release) && !ticket.due; },
        [](const StoredTicket &a, const StoredTicket &b) { return a.created < b.created; });
}

std::vector<StoredTicket> MemorySession::ticketsToReconcile(const std::string &connection, std::size_t max) const
{
    return some(
        connection, max,
        [](const StoredTicket &ticket) {
            return ticket.openSince && !ticket.ended && allows(ticket.state, TicketAction::reconcile);
        },
        [](const StoredTicket &, const StoredTicket &) { return false; });
}

std::optional<StoredOperation> MemorySession::operation(std::int64_t id) const
{
    const auto at = all_.operations.find(id);
    return at == all_.operations.end() ? std::nullopt : std::optional(at->second);
}

std::vector<StoredOperation> MemorySession::operationsOf(std::int64_t ticketId) const
{
    std::vector<StoredOperation> found;
    for (const auto &[id, operation] : all_.operations)
        if (operation.ticketId == ticketId)
            found.push_back(operation);
    return found;
}

std::optional<StoredOperation> MemorySession::operationByKey(std::int64_t ticketId, const std::string &key) const
{
    for (const auto &[id, operation] : all_.operations)
        if (operation.ticketId == ticketId && operation.key == key && !key.empty())
            return operation;
    return std::nullopt;
}

template <class Predicate, class Before>
std::vector<StoredOperation> MemorySession::someOperations(const std::string &connection, std::size_t max,
                                                           const Predicate &fits, const Before &before) const
{
    std::vector<StoredOperation> found;
    for (const auto &[id, operation] : all_.operations)
        if (operation.connection == connection && isPresent(connection) && fits(operation))
            found.push_back(operation);
    std::stable_sort(found.begin(), found.end(), before);
    found.resize(std::min(found.size(), max));
    return found;
}

std::vector<StoredOperation> MemorySession::dueOperations(const std::string &connection, ClaimFor purpose,
                                                          std::size_t max) const
{
    return someOperations(
        connection, max,
        [&](const StoredOperation &operation) {
            return (purpose == ClaimFor::sending ? isToBeSent(operation) : awaitsReconciliation(operation)) &&
                   *operation.due <= now();
        },
        [](const StoredOperation &a, const StoredOperation &b) { return *a.due < *b.due; });
}

std::vector<StoredOperation> MemorySession::heldOperations(const std::string &connection, std::size_t max) const
{
    return someOperations(
        connection, max,
        [](const StoredOperation &operation) {
            return allows(operation.state, TicketAction::release) && !operation.due;
        },
        [&](const StoredOperation &a, const StoredOperation &b) {
            return std::pair(all_.tickets.at(a.ticketId).created, a.ticketId) <
                   std::pair(all_.tickets.at(b.ticketId).created, b.ticketId);
        });
}

std::vector<StoredOperation> MemorySession::operationsToReconcile(const std::string &connection, std::size_t max) const
{
    return someOperations(
        connection, max,
        [](const StoredOperation &operation) {
            return operation.openSince && !operation.ended && allows(operation.state, TicketAction::reconcile);
        },
        [](const StoredOperation &, const StoredOperation &) { return false; });
}

std::optional<TicketWatch> MemorySession::watch(std::int64_t ticketId) const
{
    const auto at = all_.watches.find(ticketId);
    return at == all_.watches.end() ? std::nullopt : std::optional(at->second);
}

std::vector<std::int64_t> MemorySession::dueWatches(const std::string &connection, std::size_t max) const
{
    std::vector<std::pair<Clock::Wall, std::int64_t>> due;
    for (const auto &[id, watch] : all_.watches)
        if (all_.tickets.at(id).connection == connection && isPresent(connection) && watch.due && *watch.due <= now())
            due.emplace_back(*watch.due, id);
    std::sort(due.begin(), due.end());
    due.resize(std::min(due.size(), max));
    std::vector<std::int64_t> ids;
    ids.reserve(due.size());
    for (const auto &each : due)
        ids.push_back(each.second);
    return ids;
}

ConnectionDue MemorySession::due(const std::string &connection) const
{
    ConnectionDue due;
    const auto earlier = [](std::optional<Clock::Wall> &earliest, Clock::Wall time) {
        earliest = std::min(earliest.value_or(time), time);
    };
    const auto take = [&](const Progress &progress) {
        if (isToBeSent(progress))
            earlier(due.sending, *progress.due);
        if (awaitsReconciliation(progress))
            earlier(due.reconciling, *progress.due);
    };
    if (!isPresent(connection))
        return due;
    for (const auto &[id, ticket] : all_.tickets)
        if (ticket.connection == connection)
            take(ticket);
    for (const auto &[id, operation] : all_.operations)
        if (operation.connection == connection)
            take(operation);
    for (const auto &[id, watch] : all_.watches)
        if (all_.tickets.at(id).connection == connection && watch.due)
            earlier(due.watching, *watch.due);
    return due;
}

std::vector<ConnectionCounts> MemorySession::counts() const
{
    std::map<std::string, ConnectionCounts> counts;
    for (const auto &[id, ticket] : all_.tickets)
    {
        ConnectionCounts &of = counts[ticket.connection];
        of.connection = ticket.connection;
        ++of.perState.at(static_cast<std::size_t>(ticket.state));
        if (!isEnded(ticket.state))
            of.oldestOpen = std::min(of.oldestOpen.value_or(ticket.created), ticket.created);
    }
    for (const auto &[id, operation] : all_.operations)
        ++counts[operation.connection].operations.at(static_cast<std::size_t>(operation.state));
    std::vector<ConnectionCounts> all;
    all.reserve(counts.size());
    for (auto &[name, of] : counts)
        all.push_back(std::move(of));
    return all;
}

std::optional<StoredTicket> MemorySession::ticketWithoutNumber(const std::string &connection) const
{
    const auto tries = [&](const StoredTicket &ticket) {
        const auto at = all_.numberTries.find(ticket.id);
        return at == all_.numberTries.end() ? 0 : at->second;
    };
    const auto found = some(
        connection, 1,
        [&](const StoredTicket &ticket) {
            return ticket.state == TicketState::done && ticket.outcome.number.empty() && tries(ticket) < nameTries;
        },
        [&](const StoredTicket &a, const StoredTicket &b) {
            return std::pair(tries(a), -a.id) < std::pair(tries(b), -b.id);
        });
    return found.empty() ? std::nullopt : std::optional(found.front());
}

StoredTicket MemorySession::addTicket(const StoredTicket &ticket)
{
    using Kind = StoreError::Kind;
    checkNames(ticket.reference, ticket.key);
    if (!isPresent(ticket.connection))
        throwNoConnection(ticket.connection);
    check(!all_.references.contains(ticket.reference), Kind::conflict,
          "another ticket has the reference " + ticket.reference + " already");
    check(ticket.key.empty() || !all_.keys.contains({ticket.connection, ticket.key}), Kind::conflict,
          "another ticket has the key \"" + ticket.key + "\" already");
    requestCompanyLabel(ticket.connection, ticket.company);
    StoredTicket added = ticket;
    added.id = ++all_.lastTicket;
    added.companyLabel = companyLabel(ticket.connection, ticket.company);
    all_.tickets[added.id] = added;
    all_.references[added.reference] = added.id;
    if (!added.key.empty())
        all_.keys[{added.connection, added.key}] = added.id;
    change_.tickets.push_back(added.id);
    return added;
}

void MemorySession::saveTicket(const StoredTicket &ticket)
{
    const auto at = all_.tickets.find(ticket.id);
    if (at == all_.tickets.end())
        return;
    StoredTicket saved = ticket;
    saved.requestJson = std::move(at->second.requestJson);
    saved.ticketJson = std::move(at->second.ticketJson);
    at->second = std::move(saved);
    change_.tickets.push_back(ticket.id);
}

void MemorySession::saveDocuments(std::int64_t id, const TicketDocuments &documents)
{
    StoredTicket &ticket = all_.tickets.at(id);
    ticket.requestJson = documents.requestJson.value_or(ticket.requestJson);
    ticket.ticketJson = documents.ticketJson.value_or(ticket.ticketJson);
}

StoredOperation MemorySession::addOperation(const StoredOperation &operation)
{
    using Kind = StoreError::Kind;
    checkNames(operation.reference, operation.key);
    const auto of = all_.tickets.find(operation.ticketId);
    check(of != all_.tickets.end() && isPresent(of->second.connection), Kind::notFound,
          "there is no ticket " + std::to_string(operation.ticketId) + ", or its connection was removed");
    for (const auto &[id, other] : all_.operations)
        check(other.reference != operation.reference, Kind::conflict,
              "another note or change has the reference " + operation.reference + " already");
    check(!operationByKey(operation.ticketId, operation.key), Kind::conflict,
          "another note or change of the ticket has the key \"" + operation.key + "\" already");
    StoredOperation added = operation;
    added.id = ++all_.lastOperation;
    added.connection = of->second.connection;
    all_.operations[added.id] = added;
    saveOperation(added);
    return added;
}

void MemorySession::saveOperation(const StoredOperation &operation)
{
    const auto at = all_.operations.find(operation.id);
    if (at == all_.operations.end())
        return;
    StoredOperation saved = operation;
    saved.ticketId = at->second.ticketId;
    saved.connection = at->second.connection;
    saved.kind = at->second.kind;
    saved.created = at->second.created;
    saved.key = at->second.key;
    saved.fingerprint = at->second.fingerprint;
    saved.reference = at->second.reference;
    saved.who = at->second.who;
    saved.intent = at->second.intent;
    saved.documentJson = at->second.documentJson;
    saved.ifUntouched = at->second.ifUntouched;
    at->second = std::move(saved);
    StoredTicket &ticket = all_.tickets.at(at->second.ticketId);
    if (ticket.ended && operation.ended)
        ticket.ended = std::max(*ticket.ended, *operation.ended);
    change_.tickets.push_back(ticket.id);
}

void MemorySession::saveWatch(std::int64_t ticketId, const TicketWatch &watch)
{
    if (!all_.tickets.contains(ticketId))
        return;
    all_.watches[ticketId] = watch;
    change_.tickets.push_back(ticketId);
}

void MemorySession::recordNumberFailure(std::int64_t id, bool permanent)
{
    all_.numberTries[id] += permanent ? nameTries : 1;
}

void MemorySession::removeTicket(std::int64_t id)
{
    const StoredTicket &ticket = all_.tickets.at(id);
    all_.references.erase(ticket.reference);
    all_.keys.erase({ticket.connection, ticket.key});
    all_.numberTries.erase(id);
    all_.watches.erase(id);
    std::erase_if(all_.operations, [&](const auto &each) { return each.second.ticketId == id; });
    all_.tickets.erase(id);
    change_.tickets.push_back(id);
}

bool MemorySession::hasUnfinishedOperation(std::int64_t ticketId) const
{
    return std::any_of(all_.operations.begin(), all_.operations.end(),
                       [&](const auto &each) { return each.second.ticketId == ticketId && !each.second.ended; });
}

std::size_t MemorySession::deleteEndedTickets(Clock::Wall before, std::size_t max)
{
    std::vector<std::pair<Clock::Wall, std::int64_t>> old;
    for (const auto &[id, ticket] : all_.tickets)
        if (!hasUnfinishedOperation(id) && ticket.ended &&
            *ticket.ended < (ticket.key.empty() ? before : std::min(before, now() - keyLifetime)))
            old.emplace_back(*ticket.ended, id);
    std::sort(old.begin(), old.end());
    old.resize(std::min(old.size(), max));
    for (const auto &each : old)
        removeTicket(each.second);
    return old.size();
}

StoreChange MemorySession::change() const
{
    StoreChange change = change_;
    for (const std::int64_t id : change.tickets)
        if (const auto at = all_.tickets.find(id); at != all_.tickets.end())
            change.of.insert(at->second.connection);
    return change;
}

std::uint64_t MemorySession::recoverTickets()
{
    return recoverEach([&](Progress &progress, const std::string &) { return recover(progress, false, now()); });
}

std::uint64_t MemorySession::recoverEach(const std::function<bool(Progress &, const std::string &)> &transition)
{
    std::uint64_t madeUnknown = 0;
    const auto recoverOne = [&](Progress &progress, const std::string &connection, std::int64_t ticketId) {
        const bool wasUnknown = progress.state == TicketState::unknown;
        if (!transition(progress, connection))
            return;
        change_.tickets.push_back(ticketId);
        change_.of.insert(connection);
        madeUnknown += !wasUnknown && progress.state == TicketState::unknown ? 1U : 0U;
    };
    for (auto &[id, ticket] : all_.tickets)
        recoverOne(ticket, ticket.connection, id);
    for (auto &[id, operation] : all_.operations)
        recoverOne(operation, operation.connection, operation.ticketId);
    return madeUnknown;
}

std::string MemorySession::companyLabel(const std::string &connection, const std::string &company) const
{
    const auto at = all_.companies.find({connection, company});
    return at == all_.companies.end() ? "" : at->second.label;
}

std::vector<std::string> MemorySession::unlabelledCompanies(const std::string &connection, std::size_t max) const
{
    std::vector<std::string> companies;
    for (const auto &[name, company] : all_.companies)
        if (name.first == connection && company.label.empty() && company.tries < nameTries && companies.size() < max)
            companies.push_back(name.second);
    return companies;
}

void MemorySession::requestCompanyLabel(const std::string &connection, const std::string &company)
{
    if (!company.empty() && company.size() <= 200 && isPresent(connection))
        all_.companies.try_emplace({connection, company});
}

void MemorySession::labelCompanies(const std::string &connection, const std::map<std::string, std::string> &labels)
{
    for (const auto &[company, label] : labels)
        if (const auto at = all_.companies.find({connection, company}); at != all_.companies.end())
            at->second.label = label;
}

void MemorySession::giveUpCompanies(const std::string &connection, const std::vector<std::string> &companies,
                                    bool permanent)
{
    for (const std::string &company : companies)
        if (const auto at = all_.companies.find({connection, company}); at != all_.companies.end())
            at->second.tries += permanent ? nameTries : 1;
}

StoredConnection &MemorySession::known(const std::string &connection)
{
    const auto at = all_.connections.find(connection);
    if (at == all_.connections.end())
        throwNoConnection(connection);
    change_.connections = true;
    return at->second;
}

std::optional<StoredConnection> MemorySession::connection(const std::string &name) const
{
    const auto at = all_.connections.find(name);
    return at == all_.connections.end() ? std::nullopt : std::optional(at->second);
}

std::vector<StoredConnection> MemorySession::connections() const
{
    std::vector<StoredConnection> all;
    for (const auto &[name, connection] : all_.connections)
        all.push_back(connection);
    return all;
}

StoredConnection MemorySession::addConnection(const StoredConnection &connection)
{
    check(!connection.name.empty() && connection.name.size() <= 100, StoreError::Kind::invalid,
          "the name \"" + connection.name + "\" of a connection must have 1 to 100 bytes");
    check(!isPresent(connection.name), StoreError::Kind::conflict,
          "there is a connection \"" + connection.name + "\" already; change that one, or choose another name");
    StoredConnection added = connection;
    added.version = ++all_.versions[connection.name];
    added.created = added.changed = now();
    added.breakerJson.clear();
    added.testJson.clear();
    change_.connections = true;
    return all_.connections[connection.name] = added;
}

StoredConnection MemorySession::updateConnection(const StoredConnection &connection)
{
    StoredConnection &present = known(connection.name);
    check(present.version == connection.version, StoreError::Kind::conflict,
          "the connection \"" + connection.name + "\" was changed meanwhile: it has version " +
              std::to_string(present.version) + ", not " + std::to_string(connection.version) + "; read it again");
    StoredConnection updated = connection;
    updated.version = ++all_.versions[connection.name];
    updated.created = present.created;
    updated.changed = now();
    updated.breakerJson = present.breakerJson;
    updated.testJson = present.testJson;
    return present = updated;
}

void MemorySession::removeConnection(const std::string &name)
{
    known(name);
    all_.connections.erase(name);
}

void MemorySession::setBreakers(const std::string &connection, const std::string &breakerJson)
{
    known(connection).breakerJson = breakerJson;
}

void MemorySession::setTest(const std::string &connection, const std::string &testJson)
{
    known(connection).testJson = testJson;
}

std::optional<std::string> MemorySession::value(const std::string &name) const
{
    const auto at = all_.values.find(name);
    return at == all_.values.end() ? std::nullopt : std::optional(at->second);
}

std::optional<AlertEpisode> MemorySession::openEpisode(const std::string &connection, const std::string &group) const
{
    for (const auto &[id, episode] : all_.episodes)
        if (episode.connection == connection && episode.group == group && !episode.closed && isPresent(connection))
            return episode;
    return std::nullopt;
}

std::int64_t MemorySession::addEpisode(const AlertEpisode &episode)
{
    if (!isPresent(episode.connection))
        throwNoConnection(episode.connection);
    check(!openEpisode(episode.connection, episode.group), StoreError::Kind::unavailable,
          "an episode of the group is open already");
    AlertEpisode added = episode;
    added.id = ++all_.lastEpisode;
    all_.episodes[added.id] = added;
    return added.id;
}

void MemorySession::updateEpisode(const AlertEpisode &episode)
{
    const auto at = all_.episodes.find(episode.id);
    if (at == all_.episodes.end())
        return;
    at->second.seen = episode.seen;
    at->second.closed = episode.closed;
    at->second.alerts = episode.alerts;
}

std::size_t MemorySession::deleteEpisodes(Clock::Wall before, std::size_t max)
{
    std::size_t deleted = 0;
    for (auto at = all_.episodes.begin(); at != all_.episodes.end() && deleted < max;)
        if (at->second.closed && *at->second.closed < before)
        {
            at = all_.episodes.erase(at);
            ++deleted;
        }
        else
            ++at;
    return deleted;
}

AuditPage MemorySession::audit(const AuditQuery &query) const
{
    const PageCursor start = startOf(query.cursor, query.until);
    const auto isOf = [&](const AuditEntry &entry) {
        const auto at = all_.tickets.find(entry.ticketId.value_or(0));
        return at != all_.tickets.end() &&
               (at->second.outcome.psaId == query.psaTicket || at->second.outcome.number == query.psaTicket);
    };
    std::vector<AuditEntry> found;
    for (const auto &[id, entry] : all_.audit)
        if ((query.connection.empty() || entry.connection == query.connection) &&
            (!query.ticketId || entry.ticketId == query.ticketId) && (query.psaTicket.empty() || isOf(entry)) &&
            isWithin(entry.time, query.from, id, start))
            found.push_back(entry);
    AuditPage page;
    fillPage(
        page, &AuditPage::entries, query.limit, std::move(found), [](const AuditEntry &entry) { return entry.time; },
        [](const AuditEntry &entry) { return entry.who.size() + entry.detailJson.size(); });
    return page;
}

std::int64_t MemorySession::appendAudit(const AuditEntry &entry)
{
    AuditEntry added = entry;
    added.id = ++all_.lastAudit;
    added.time = now();
    all_.audit[added.id] = added;
    change_.audit = true;
    return added.id;
}

std::size_t MemorySession::deleteAudit(Clock::Wall before, std::size_t max)
{
    std::size_t deleted = 0;
    for (auto at = all_.audit.begin(); at != all_.audit.end() && deleted < max && at->second.time < before; ++deleted)
        at = all_.audit.erase(at);
    return deleted;
}

std::vector<StoredSession> MemorySession::sessions() const
{
    std::vector<StoredSession> sessions;
    for (const auto &[digest, session] : all_.sessions)
        sessions.push_back(session);
    return sessions;
}

void MemorySession::touchSession(const std::string &digest, Clock::Wall seen)
{
    const auto at = all_.sessions.find(digest);
    if (at != all_.sessions.end())
        at->second.seen = std::max(at->second.seen, seen);
}

} // namespace psa::test
