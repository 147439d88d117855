// The part of the store in memory that concerns the way from alerts to tickets.
#include "host/store/page_cursor.h"
#include "host/store/search_words.h"
#include "tests/unit/store/memory_session.h"

#include <Poco/String.h>

#include <algorithm>
#include <functional>
#include <limits>

namespace psa::test {

using namespace psa::clock;
using namespace psa::store;
using std::chrono::milliseconds;

namespace {

std::int64_t storedTime(Clock::Wall time)
{
    return std::chrono::floor<milliseconds>(time.time_since_epoch()).count();
}

void refuseIf(bool bad, StoreError::Kind kind, const std::string &problem)
{
    if (bad)
        throw StoreError(kind, problem);
}

template <class Row>
PageCursor placeOfRow(const Row &row)
{
    return {storedTime(row.received), row.id};
}

/// Those that fit a page behind the cursor, newest first. Returns the cursor of the next page.
template <class Row, class Fits, class BytesOf>
std::string page(const std::map<std::int64_t, Row> &rows, const PageCursor &start, std::size_t limit, const Fits &fits,
                 const BytesOf &bytesOf, std::vector<Row> &found)
{
    std::vector<Row> all;
    for (const auto &[id, row] : rows)
        if (placeOfRow(row) < start && fits(row))
            all.push_back(row);
    std::sort(all.begin(), all.end(), [](const Row &a, const Row &b) { return placeOfRow(a) > placeOfRow(b); });
    PageFill fill(limit);
    for (Row &row : all)
    {
        if (!fill.take(bytesOf(row)))
            return placeOfRow(found.back()).toText();
        found.push_back(std::move(row));
    }
    return "";
}

template <class Row>
std::optional<Row> rowOf(const std::map<std::int64_t, Row> &rows, std::int64_t id)
{
    const auto at = rows.find(id);
    return at == rows.end() ? std::nullopt : std::optional(at->second);
}

template <class Row, class Fits>
std::vector<Row> rowsThat(const std::map<std::int64_t, Row> &rows, const Fits &fits)
{
    std::vector<Row> found;
    for (const auto &[id, row] : rows)
        if (fits(row))
            found.push_back(row);
    return found;
}

/// Deletes at most `max` of those that fit, the oldest ids first.
template <class Rows, class Fits>
std::size_t eraseSome(Rows &rows, std::size_t max, const Fits &fits)
{
    std::size_t erased = 0;
    for (auto at = rows.begin(); at != rows.end() && erased < max;)
    {
        const bool goes = fits(at->second);
        at = goes ? rows.erase(at) : std::next(at);
        erased += goes ? 1 : 0;
    }
    return erased;
}

std::size_t eventBytes(const StoredEvent &event)
{
    return event.title.size() + event.key.size() + event.documentJson.size() + event.decisionJson.size();
}

bool eventFits(const StoredEvent &event, const EventQuery &query, const SearchWords &words)
{
    const auto wanted = [](std::int64_t one, std::int64_t other) { return one == 0 || one == other; };
    const std::string folded = foldForSearch(" " + event.customer + " " + event.title + " " + event.key + " ");
    return wanted(query.sourceId, event.sourceId) && wanted(query.deliveryId, event.deliveryId) &&
           wanted(query.episodeId, event.episodeId) && wanted(query.ticketId, event.ticketId) &&
           (query.kind.empty() || query.kind == event.kind) &&
           (query.decision.empty() || query.decision == event.decision) &&
           (query.customer.empty() || Poco::icompare(query.customer, event.customer) == 0) &&
           (!query.from || event.received >= *query.from) &&
           std::all_of(words.all().begin(), words.all().end(),
                       [&](const std::string &word) { return SearchWords::isIn(word, folded); });
}

} // namespace

std::vector<StoredDefinition> MemorySession::definitions(DefinitionKind kind) const
{
    auto found =
        rowsThat(all_.definitions, [&](const StoredDefinition &each) { return each.kind == kind && !each.removed; });
    std::sort(found.begin(), found.end(), [](const StoredDefinition &a, const StoredDefinition &b) {
        return std::tie(a.position, a.name) < std::tie(b.position, b.name);
    });
    return found;
}

std::optional<StoredDefinition> MemorySession::definition(DefinitionKind kind, const std::string &name) const
{
    for (const StoredDefinition &each : definitions(kind))
        if (each.name == name)
            return each;
    return std::nullopt;
}

std::optional<StoredDefinition> MemorySession::definitionById(DefinitionKind kind, std::int64_t id) const
{
    const auto found = rowOf(all_.definitions, id);
    return found && found->kind == kind ? found : std::nullopt;
}

std::vector<DefinitionVersion> MemorySession::definitionHistory(DefinitionKind kind, std::int64_t id) const
{
    const auto at = all_.definitionVersions.find(id);
    if (!definitionById(kind, id) || at == all_.definitionVersions.end())
        return {};
    return {at->second.rbegin(), at->second.rend()};
}

std::optional<std::string> MemorySession::definitionVersion(DefinitionKind kind, std::int64_t id,
                                                            std::int64_t version) const
{
    for (const DefinitionVersion &each : definitionHistory(kind, id))
        if (each.version == version)
            return each.documentJson;
    return std::nullopt;
}

StoredDefinition &MemorySession::knownDefinition(DefinitionKind kind, std::int64_t id)
{
    const auto found = definitionById(kind, id);
    refuseIf(!found || found->removed, StoreError::Kind::notFound, "there is no such definition");
    change_.definitions = true;
    return all_.definitions.at(id);
}

void MemorySession::checkDefinitionName(const StoredDefinition &definition) const
{
    refuseIf(definition.name.empty() || definition.name.size() > 100, StoreError::Kind::invalid,
             "the name must have 1 to 100 bytes");
    const auto other = this->definition(definition.kind, definition.name);
    refuseIf(other && other->id != definition.id, StoreError::Kind::conflict,
             "there is one \"" + definition.name + "\" already");
}

StoredDefinition MemorySession::addDefinition(const StoredDefinition &definition, const std::string &who)
{
    StoredDefinition added = definition;
    added.id = 0;
    checkDefinitionName(added);
    added.id = ++all_.lastDefinition;
    added.version = 1;
    added.created = added.changed = now();
    added.removed = false;
    added.position = added.kind == DefinitionKind::rule
                         ? static_cast<std::int64_t>(definitions(DefinitionKind::rule).size()) + 1
                         : 0;
    all_.definitions[added.id] = added;
    all_.definitionVersions[added.id].push_back({added.version, added.changed, who, added.documentJson});
    change_.definitions = true;
    return added;
}

StoredDefinition MemorySession::updateDefinition(const StoredDefinition &definition, const std::string &who)
{
    StoredDefinition &present = knownDefinition(definition.kind, definition.id);
    refuseIf(present.version != definition.version, StoreError::Kind::conflict,
             "it has version " + std::to_string(present.version) + "; read it again");
    checkDefinitionName(definition);
    present.name = definition.name;
    present.documentJson = definition.documentJson;
    ++present.version;
    present.changed = now();
    all_.definitionVersions[present.id].push_back({present.version, present.changed, who, present.documentJson});
    return present;
}

void MemorySession::removeDefinition(DefinitionKind kind, const std::string &name)
{
    const auto found = definition(kind, name);
    refuseIf(!found, StoreError::Kind::notFound, "there is no \"" + name + "\"");
    StoredDefinition &row = knownDefinition(kind, found->id);
    row.removed = true;
    row.position = 0;
    row.secretsJson.clear();
    row.stateJson.clear();
    row.changed = now();
    for (auto &[id, each] : all_.definitions)
        if (each.kind == kind && !each.removed && each.position > found->position)
            --each.position;
}

void MemorySession::setRuleOrder(const std::vector<std::string> &names)
{
    refuseIf(std::set(names.begin(), names.end()).size() != definitions(DefinitionKind::rule).size() ||
                 names.size() != definitions(DefinitionKind::rule).size(),
             StoreError::Kind::conflict, "the new order must name each of the rules once");
    std::int64_t position = 0;
    for (const std::string &name : names)
    {
        const auto found = definition(DefinitionKind::rule, name);
        refuseIf(!found, StoreError::Kind::conflict, "there is no rule \"" + name + "\"");
        knownDefinition(DefinitionKind::rule, found->id).position = ++position;
    }
}

void MemorySession::setDefinitionState(DefinitionKind kind, std::int64_t id, const std::string &stateJson)
{
    knownDefinition(kind, id).stateJson = stateJson;
}

void MemorySession::setDefinitionSecrets(DefinitionKind kind, std::int64_t id, const std::string &secretsJson)
{
    knownDefinition(kind, id).secretsJson = secretsJson;
}

std::optional<StoredDelivery> MemorySession::delivery(std::int64_t id) const
{
    return rowOf(all_.deliveries, id);
}

DeliveryPage MemorySession::listDeliveries(const DeliveryQuery &query) const
{
    DeliveryPage found;
    found.next = page(
        all_.deliveries, PageCursor::start(query.cursor, std::nullopt), query.limit,
        [&](const StoredDelivery &each) {
            return (query.sourceId == 0 || query.sourceId == each.sourceId) &&
                   (!query.state || *query.state == each.state);
        },
        [](const StoredDelivery &each) { return each.requestJson.size() + each.reason.size(); }, found.deliveries);
    for (StoredDelivery &each : found.deliveries)
        each.sealedBody.clear();
    return found;
}

std::optional<StoredDelivery> MemorySession::deliveryByDigest(std::int64_t sourceId, const std::string &digest,
                                                              Clock::Wall since, std::int64_t except) const
{
    std::optional<StoredDelivery> newest;
    for (const auto &[id, each] : all_.deliveries)
        if (each.sourceId == sourceId && each.digest == digest && each.received >= since && id != except &&
            (!newest || placeOfRow(*newest) < placeOfRow(each)))
            newest = each;
    if (newest)
        newest->sealedBody.clear();
    return newest;
}

std::map<std::int64_t, SourceCounts> MemorySession::sourceCounts() const
{
    std::map<std::int64_t, SourceCounts> counts = all_.sourceCounts;
    for (const auto &[id, each] : all_.deliveries)
    {
        SourceCounts &of = counts[each.sourceId];
        of.notUnderstood += each.state == DeliveryState::notUnderstood ? 1 : 0;
        of.kept += each.state == DeliveryState::kept ? 1 : 0;
        of.bodyBytes += static_cast<std::int64_t>(each.sealedBody.size());
    }
    return counts;
}

SourceCounts MemorySession::countsOf(std::int64_t sourceId) const
{
    const auto counts = sourceCounts();
    const auto at = counts.find(sourceId);
    return at == counts.end() ? SourceCounts() : at->second;
}

std::int64_t MemorySession::addDelivery(const StoredDelivery &delivery)
{
    StoredDelivery added = delivery;
    added.id = ++all_.lastDelivery;
    added.received = std::chrono::floor<milliseconds>(added.received);
    all_.deliveries[added.id] = added;
    SourceCounts &counts = all_.sourceCounts[added.sourceId];
    ++counts.deliveries;
    counts.last = std::max(counts.last.value_or(added.received), added.received);
    change_.events = true;
    return added.id;
}

void MemorySession::saveDelivery(const StoredDelivery &delivery)
{
    const auto at = all_.deliveries.find(delivery.id);
    if (at == all_.deliveries.end())
        return;
    at->second.state = delivery.state;
    at->second.reason = delivery.reason;
    change_.events = true;
}

std::optional<StoredEvent> MemorySession::event(std::int64_t id) const
{
    return rowOf(all_.events, id);
}

EventPage MemorySession::listEvents(const EventQuery &query) const
{
    const SearchWords words(query.text);
    EventPage found;
    found.next = page(
        all_.events,
        PageCursor::start(query.cursor, query.until ? std::optional(storedTime(*query.until)) : std::nullopt),
        query.limit, [&](const StoredEvent &each) { return eventFits(each, query, words); }, eventBytes, found.events);
    return found;
}

std::vector<StoredEvent> MemorySession::eventsSince(Clock::Wall since, std::int64_t afterId, std::size_t max) const
{
    std::vector<StoredEvent> found;
    std::size_t bytes = 0;
    for (const auto &[id, each] : all_.events)
        if (id > afterId && each.received >= since && found.size() < max && bytes < maxPageBytes)
        {
            found.push_back(each);
            bytes += eventBytes(each);
        }
    return found;
}

std::int64_t MemorySession::addEvent(const StoredEvent &event)
{
    StoredEvent added = event;
    added.id = ++all_.lastEvent;
    added.received = std::chrono::floor<milliseconds>(added.received);
    all_.events[added.id] = added;
    ++all_.sourceCounts[added.sourceId].events;
    change_.events = true;
    return added.id;
}

void MemorySession::saveEvent(const StoredEvent &event)
{
    const auto at = all_.events.find(event.id);
    if (at == all_.events.end())
        return;
    at->second.episodeId = event.episodeId;
    at->second.ticketId = event.ticketId;
    at->second.decision = event.decision;
    at->second.decisionJson = event.decisionJson;
    change_.events = true;
}

std::optional<StoredEpisode> MemorySession::episode(std::int64_t id) const
{
    return rowOf(all_.sourceEpisodes, id);
}

std::optional<StoredEpisode> MemorySession::latestEpisode(std::int64_t sourceId, const std::string &key) const
{
    const auto found = rowsThat(
        all_.sourceEpisodes, [&](const StoredEpisode &each) { return each.sourceId == sourceId && each.key == key; });
    return found.empty() ? std::nullopt : std::optional(found.back());
}

std::vector<StoredEpisode> MemorySession::openEpisodesOfGroup(std::int64_t sourceId, const std::string &group) const
{
    return rowsThat(all_.sourceEpisodes, [&](const StoredEpisode &each) {
        return each.sourceId == sourceId && !group.empty() && each.group == group && each.state != EpisodeState::ended;
    });
}

std::vector<StoredEpisode> MemorySession::dueEpisodes(Clock::Wall now, std::size_t max,
                                                      const StoredEpisode *after) const
{
    const auto place = [](const StoredEpisode &each) { return std::pair(*each.due, each.id); };
    auto found = rowsThat(all_.sourceEpisodes, [&](const StoredEpisode &each) {
        return each.due && *each.due <= now && (after == nullptr || place(each) > place(*after));
    });
    std::stable_sort(found.begin(), found.end(),
                     [](const StoredEpisode &a, const StoredEpisode &b) { return *a.due < *b.due; });
    found.resize(std::min(found.size(), max));
    return found;
}

std::optional<Clock::Wall> MemorySession::nextEpisodeDue() const
{
    std::optional<Clock::Wall> next;
    for (const auto &[id, each] : all_.sourceEpisodes)
        if (each.due)
            next = std::min(next.value_or(*each.due), *each.due);
    return next;
}

std::vector<StoredEpisode> MemorySession::episodesOfTicket(std::int64_t ticketId) const
{
    return rowsThat(all_.sourceEpisodes,
                    [&](const StoredEpisode &each) { return ticketId != 0 && each.ticketId == ticketId; });
}

std::size_t MemorySession::openEpisodesOfTicket(std::int64_t ticketId) const
{
    const auto all = episodesOfTicket(ticketId);
    return static_cast<std::size_t>(std::count_if(
        all.begin(), all.end(), [](const StoredEpisode &each) { return each.state != EpisodeState::ended; }));
}

std::int64_t MemorySession::ticketsByRule(std::int64_t ruleId, const std::string &connectionUid,
                                          const std::string &customerKey, Clock::Wall since) const
{
    std::set<std::int64_t> tickets;
    for (const auto &[id, each] : all_.sourceEpisodes)
        if (const auto ticket = ticketRow(each.ticketId); ticket && each.ownsTicket && each.ruleId == ruleId &&
                                                          each.connectionUid == connectionUid &&
                                                          each.customerKey == customerKey && ticket->created >= since)
            tickets.insert(each.ticketId);
    return static_cast<std::int64_t>(tickets.size());
}

std::optional<StoredEpisode> MemorySession::openStorm(std::int64_t ruleId, const std::string &connectionUid,
                                                      const std::string &customerKey) const
{
    const auto found = rowsThat(all_.sourceEpisodes, [&](const StoredEpisode &each) {
        return each.isStorm && each.state == EpisodeState::open && each.ruleId == ruleId &&
               each.connectionUid == connectionUid && each.customerKey == customerKey;
    });
    return found.empty() ? std::nullopt : std::optional(found.back());
}

std::int64_t MemorySession::addEpisode(const StoredEpisode &episode)
{
    const bool isTwice = std::any_of(all_.sourceEpisodes.begin(), all_.sourceEpisodes.end(), [&](const auto &each) {
        return each.second.state == EpisodeState::open && each.second.sourceId == episode.sourceId &&
               each.second.key == episode.key;
    });
    if (isTwice && episode.state == EpisodeState::open)
        throw StoreError(StoreError::Kind::conflict, "the source " + episode.source +
                                                         " has an open episode with the key \"" + episode.key +
                                                         "\" already");
    StoredEpisode added = episode;
    added.id = ++all_.lastSourceEpisode;
    all_.sourceEpisodes[added.id] = added;
    saveEpisode(added);
    return added.id;
}

void MemorySession::saveEpisode(const StoredEpisode &episode)
{
    const auto at = all_.sourceEpisodes.find(episode.id);
    if (at == all_.sourceEpisodes.end())
        return;
    StoredEpisode saved = episode;
    saved.sourceId = at->second.sourceId;
    saved.source = at->second.source;
    saved.key = at->second.key;
    saved.group = at->second.group;
    saved.opened = at->second.opened;
    for (Clock::Wall *time : {&saved.opened, &saved.seen})
        *time = std::chrono::floor<milliseconds>(*time);
    for (std::optional<Clock::Wall> *time : {&saved.ended, &saved.due})
        if (*time)
            *time = std::chrono::floor<milliseconds>(**time);
    at->second = saved;
    change_.events = true;
}

std::vector<EventStep> MemorySession::stepsOf(std::int64_t episodeId) const
{
    return rowsThat(all_.steps, [&](const EventStep &each) { return episodeId != 0 && each.episodeId == episodeId; });
}

std::vector<EventStep> MemorySession::stepsOfEvent(std::int64_t eventId) const
{
    return rowsThat(all_.steps, [&](const EventStep &each) { return eventId != 0 && each.eventId == eventId; });
}

std::int64_t MemorySession::addStep(const EventStep &step)
{
    EventStep added = step;
    added.id = ++all_.lastStep;
    added.time = std::chrono::floor<milliseconds>(added.time);
    all_.steps[added.id] = added;
    return added.id;
}

std::vector<UnknownCustomer> MemorySession::unknownCustomers(std::size_t max) const
{
    std::vector<std::pair<std::int64_t, UnknownCustomer>> all(all_.unknownCustomers.begin(),
                                                              all_.unknownCustomers.end());
    std::sort(all.begin(), all.end(), [](const auto &a, const auto &b) {
        return std::pair(a.second.last, a.first) > std::pair(b.second.last, b.first);
    });
    std::vector<UnknownCustomer> found;
    for (std::size_t i = 0; i < std::min(max, all.size()); ++i)
        found.push_back(all[i].second);
    return found;
}

bool MemorySession::noteUnknownCustomer(const UnknownCustomer &seen)
{
    change_.events = true;
    for (auto &[id, each] : all_.unknownCustomers)
        if (each.source == seen.source && each.id == seen.id && each.name == seen.name)
        {
            each.count += seen.count;
            each.first = std::min(each.first, seen.first);
            each.eventId = each.last > seen.last ? each.eventId : seen.eventId;
            each.last = std::max(each.last, seen.last);
            return false;
        }
    while (all_.unknownCustomers.size() >= maxUnknownCustomers)
        all_.unknownCustomers.erase(std::min_element(
            all_.unknownCustomers.begin(), all_.unknownCustomers.end(), [](const auto &a, const auto &b) {
                return std::pair(a.second.last, a.first) < std::pair(b.second.last, b.first);
            }));
    all_.unknownCustomers[++all_.lastUnknownCustomer] = seen;
    return true;
}

bool MemorySession::forgetUnknownCustomer(const std::string &source, const std::string &id, const std::string &name)
{
    change_.events = true;
    return std::erase_if(all_.unknownCustomers, [&](const auto &each) {
               return each.second.source == source && each.second.id == id && each.second.name == name;
           }) > 0;
}

std::size_t MemorySession::eraseBodies(bool done, Clock::Wall before, std::int64_t atLeast, std::size_t max)
{
    std::vector<PageCursor> places;
    for (const auto &[id, each] : all_.deliveries)
        if (!each.sealedBody.empty() && (each.state == DeliveryState::done) == done && each.received < before)
            places.push_back(placeOfRow(each));
    std::sort(places.begin(), places.end());
    std::size_t erased = 0;
    for (; erased < std::min(max, places.size()) && atLeast > 0; ++erased)
    {
        std::string &body = all_.deliveries.at(places[erased].id).sealedBody;
        atLeast -= static_cast<std::int64_t>(body.size());
        body.clear();
        change_.events = true;
    }
    return erased;
}

std::size_t MemorySession::deleteDeliveryBodies(Clock::Wall before, std::int64_t maxTotalBytes, std::size_t max)
{
    const auto excess = [&] {
        std::int64_t total = -maxTotalBytes;
        for (const auto &[id, each] : all_.deliveries)
            total += static_cast<std::int64_t>(each.sealedBody.size());
        return total;
    };
    std::size_t erased = eraseBodies(true, before, std::numeric_limits<std::int64_t>::max(), max);
    for (const bool done : {true, false})
        erased += eraseBodies(done, Clock::Wall::max(), excess(), max - erased);
    return erased;
}

std::size_t MemorySession::deleteEvents(Clock::Wall before, std::size_t max)
{
    change_.events = true;
    std::size_t deleted = eraseSome(all_.events, max, [&](const StoredEvent &each) { return each.received < before; });
    deleted += eraseSome(all_.deliveries, max - deleted, [&](const StoredDelivery &each) {
        return each.received < before && (each.state == DeliveryState::done || each.sealedBody.empty());
    });
    deleted += eraseSome(all_.sourceEpisodes, max - deleted, [&](const StoredEpisode &each) {
        return each.state != EpisodeState::open && each.seen < before && each.ended.value_or(each.seen) < before;
    });
    deleted += eraseSome(all_.unknownCustomers, max - deleted,
                         [&](const UnknownCustomer &each) { return each.last < before; });
    std::erase_if(all_.steps, [&](const auto &each) {
        return (each.second.eventId != 0 && !all_.events.contains(each.second.eventId)) ||
               (each.second.episodeId != 0 && !all_.sourceEpisodes.contains(each.second.episodeId));
    });
    return deleted;
}

void MemorySession::purgeEvent(StoredEvent &event, PurgeCounts &counts)
{
    ++counts.events;
    if (const auto of = all_.deliveries.find(event.deliveryId); of != all_.deliveries.end())
    {
        StoredDelivery &delivery = of->second;
        if (!delivery.sealedBody.empty() || !delivery.requestJson.empty() || !delivery.reason.empty())
            ++counts.deliveries;
        delivery.sealedBody.clear();
        delivery.requestJson.clear();
        delivery.reason.clear();
    }
    std::size_t ofEpisode = 0;
    for (auto &[id, step] : all_.steps)
    {
        const bool isOfEpisode = event.episodeId != 0 && step.episodeId == event.episodeId;
        if (step.detailJson.empty() || (!isOfEpisode && step.eventId != event.id))
            continue;
        step.detailJson.clear();
        ++counts.steps;
        ofEpisode += isOfEpisode ? 1 : 0;
    }
    counts.episodes += ofEpisode > 0 ? 1 : 0;
    event.title.clear();
    event.key.clear();
    event.customer.clear();
    event.customerId.clear();
    event.documentJson.clear();
    event.decisionJson.clear();
}

PurgeCounts MemorySession::purgeCustomer(const std::string &customer, std::size_t max)
{
    PurgeCounts counts;
    if (customer.empty())
        return counts;
    change_.events = true;
    const auto isIts = [&](const std::string &text) { return Poco::icompare(text, customer) == 0; };
    for (auto &[id, each] : all_.events)
        if (isIts(each.customer) || isIts(each.customerId))
        {
            counts.more = counts.events == max;
            if (counts.more)
                break;
            purgeEvent(each, counts);
        }
    counts.unknownCustomers = std::erase_if(
        all_.unknownCustomers, [&](const auto &each) { return isIts(each.second.id) || isIts(each.second.name); });
    return counts;
}

std::vector<LegacyAlertSettings> MemorySession::legacyAlertSettings() const
{
    std::vector<LegacyAlertSettings> found;
    for (const auto &[name, connection] : all_.connections)
        if (const auto settings = value("alert settings " + connection.uid))
            found.push_back({name, connection.uid, *settings});
    return found;
}

std::vector<LegacyEpisode> MemorySession::legacyEpisodes() const
{
    std::vector<LegacyEpisode> found;
    for (const auto &[id, each] : all_.episodes)
        if (const auto at = all_.connections.find(each.connection);
            at != all_.connections.end() && !each.closed && each.opened >= at->second.created)
            found.push_back({each.connection, each.group, each.ticketId, each.opened, each.seen, each.alerts});
    return found;
}

void MemorySession::dropLegacyAlerts()
{
    all_.episodes.clear();
    std::erase_if(all_.values, [](const auto &each) { return each.first.rfind("alert settings ", 0) == 0; });
}

} // namespace psa::test
