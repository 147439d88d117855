#include "host/api/api_parts.h"
#include "host/api/body.h"
#include "host/api/views.h"
#include "host/events/episode.h"
#include "host/http/problem.h"
#include "host/json/json_text.h"

#include <limits>

namespace psa::api {
namespace {

using Poco::JSON::Object;
using store::StoreReader;

constexpr auto mostId = std::numeric_limits<std::int64_t>::max();

std::int64_t idIn(const http::ApiRequest &request)
{
    return numberIn("id", request.parameters.at("id"), 1, mostId);
}

void putId(Object &view, const char *name, std::int64_t id)
{
    if (id != 0)
        view.set(name, Poco::Int64(id));
}

/// A document of the host; null if it was erased or is damaged.
Object::Ptr documentOf(const std::string &stored)
{
    std::string damage;
    return stored.empty() ? nullptr : json::parseStored(stored, damage);
}

/// An event with what it said and what was decided.
Object::Ptr eventView(const store::StoredEvent &row)
{
    Object::Ptr view = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    view->set("id", Poco::Int64(row.id));
    view->set("received", timeText(row.received));
    view->set("source", row.source);
    putId(*view, "delivery", row.deliveryId);
    putId(*view, "episode", row.episodeId);
    putId(*view, "ticket", row.ticketId);
    if (const Object::Ptr event = documentOf(row.documentJson))
        for (const auto &[name, value] : *event)
            view->set(name, value);
    else
        view->set("erased", true);
    view->set("decision", documentOf(row.decisionJson));
    return view;
}

Object::Ptr stepView(const store::EventStep &step)
{
    Object::Ptr view = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    view->set("time", timeText(step.time));
    view->set("what", step.what);
    putId(*view, "event", step.eventId);
    putId(*view, "ticket", step.ticketId);
    if (const Object::Ptr detail = documentOf(step.detailJson))
        for (const auto &[name, value] : *detail)
            view->set(name, value);
    return view;
}

const char *stateText(store::EpisodeState state)
{
    switch (state)
    {
    case store::EpisodeState::open:
        return "open";
    case store::EpisodeState::stale:
        return "stale";
    default:
        return "ended";
    }
}

/// The name of the rule that took the episode, as it was then.
void putRule(Object &view, const StoreReader &reader, const store::StoredEpisode &episode)
{
    if (episode.ruleId == 0)
        return;
    const auto document = reader.definitionVersion(store::DefinitionKind::rule, episode.ruleId, episode.ruleVersion);
    if (const Object::Ptr rule = documentOf(document.value_or("")))
        view.set("rule", rule->optValue("name", std::string()));
    view.set("ruleVersion", Poco::Int64(episode.ruleVersion));
}

Object::Ptr episodeView(const StoreReader &reader, const store::StoredEpisode &episode)
{
    const events::EpisodeMemory memory = events::memoryOf(episode);
    Object::Ptr view = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    view->set("id", Poco::Int64(episode.id));
    view->set("source", episode.source);
    view->set("key", episode.key);
    view->set("state", stateText(episode.state));
    view->set("opened", timeText(episode.opened));
    view->set("seen", timeText(episode.seen));
    if (episode.ended)
        view->set("ended", timeText(*episode.ended));
    view->set("events", Poco::Int64(episode.events));
    putRule(*view, reader, episode);
    if (!episode.connection.empty())
        view->set("connection", episode.connection);
    putId(*view, "ticket", episode.ticketId);
    if (episode.isStorm)
        view->set("storm", true);
    if (memory.held && memory.heldUntil)
        view->set("heldUntil", events::toText(*memory.heldUntil));
    if (memory.windowEnds)
        view->set("windowEnds", events::toText(*memory.windowEnds));
    return view;
}

class Events
{
public:
    explicit Events(const ApiParts &parts) : parts_(parts) {}

    http::ApiResponse list(const http::ApiRequest &request) const
    {
        const auto page =
            parts_.store.read([&](const StoreReader &reader) { return reader.listEvents(queryOf(reader, request)); });
        Object body(Poco::JSON_PRESERVE_KEY_ORDER);
        body.set("events", json::arrayOf(page.events, [](const auto &each) { return eventView(each); }));
        if (!page.next.empty())
            body.set("next", page.next);
        return toAnswer(body);
    }

    http::ApiResponse show(const http::ApiRequest &request) const
    {
        const std::int64_t id = idIn(request);
        const Object::Ptr view = parts_.store.read([&](const StoreReader &reader) -> Object::Ptr {
            const auto row = reader.event(id);
            if (!row)
                return nullptr;
            Object::Ptr event = eventView(*row);
            event->set("history",
                       json::arrayOf(reader.stepsOfEvent(id), [](const auto &each) { return stepView(each); }));
            if (const auto episode = reader.episode(row->episodeId))
                event->set("episodeSummary", episodeView(reader, *episode));
            return event;
        });
        if (view.isNull())
            throw http::Problem(404, "unknown-event", "Unknown event",
                                "There is no event " + std::to_string(id) + "; it may have been deleted.");
        return toAnswer(*view);
    }

    http::ApiResponse episode(const http::ApiRequest &request) const
    {
        const std::int64_t id = idIn(request);
        const Object::Ptr view = parts_.store.read([&](const StoreReader &reader) -> Object::Ptr {
            const auto episode = reader.episode(id);
            if (!episode)
                return nullptr;
            Object::Ptr found = episodeView(reader, *episode);
            found->set("history", json::arrayOf(reader.stepsOf(id), [](const auto &each) { return stepView(each); }));
            store::EventQuery query;
            query.episodeId = id;
            const store::EventPage page = reader.listEvents(query);
            found->set("lastEvents", json::arrayOf(page.events, [](const auto &each) { return eventView(each); }));
            return found;
        });
        if (view.isNull())
            throw http::Problem(404, "unknown-episode", "Unknown episode",
                                "There is no episode " + std::to_string(id) + "; it may have been deleted.");
        return toAnswer(*view);
    }

    /// Erases what is stored about a customer, in steps that do not hold up the store.
    http::ApiResponse purge(const http::ApiRequest &request)
    {
        const Object::Ptr body = readBody(request, {"customer"});
        const std::string customer = textMember(*body, "customer");
        if (customer.empty())
            throw http::Problem(422, "invalid", "Invalid value", "Name the customer whose events are to be erased.")
                .at("/customer", "is missing");
        store::PurgeCounts all;
        for (bool more = true; more;)
        {
            const auto step = parts_.store.write(
                [&](store::StoreWriter &writer) { return writer.purgeCustomer(customer, purgedAtOnce); });
            all.events += step.events;
            all.deliveries += step.deliveries;
            all.episodes += step.episodes;
            all.steps += step.steps;
            all.unknownCustomers += step.unknownCustomers;
            more = step.more;
        }
        Object counts(Poco::JSON_PRESERVE_KEY_ORDER);
        counts.set("events", Poco::UInt64(all.events));
        counts.set("deliveries", Poco::UInt64(all.deliveries));
        counts.set("episodes", Poco::UInt64(all.episodes));
        counts.set("steps", Poco::UInt64(all.steps));
        counts.set("unknownCustomers", Poco::UInt64(all.unknownCustomers));
        parts_.store.write([&](store::StoreWriter &writer) {
            // without the customer: an entry would keep what was to be erased
            writer.appendAudit(store::auditEntry(request.caller.name, "events.purge", "", json::toText(counts)));
        });
        return toAnswer(counts);
    }

private:
    static constexpr std::size_t purgedAtOnce = 200;

    static store::EventQuery queryOf(const StoreReader &reader, const http::ApiRequest &request)
    {
        store::EventQuery query;
        if (const std::string source = request.queryValue("source"); !source.empty())
        {
            const auto found = reader.definition(store::DefinitionKind::source, source);
            if (!found)
                throw http::Problem(404, "unknown-source", "Unknown source", "There is no source \"" + source + "\".");
            query.sourceId = found->id;
        }
        for (const auto &[name, member] :
             {std::pair("delivery", &store::EventQuery::deliveryId),
              std::pair("episode", &store::EventQuery::episodeId), std::pair("ticket", &store::EventQuery::ticketId)})
            if (const std::string id = request.queryValue(name); !id.empty())
                query.*member = numberIn(name, id, 1, mostId);
        query.kind = request.queryValue("kind");
        query.decision = request.queryValue("decision");
        query.customer = request.queryValue("customer");
        query.text = request.queryValue("q");
        query.from = timeIn(request, "from");
        query.until = timeIn(request, "until");
        query.cursor = request.queryValue("cursor");
        query.limit = pageLimitIn(request, query.limit);
        return query;
    }

    ApiParts parts_;
};

} // namespace

Poco::JSON::Array::Ptr originsOf(store::Store &store, std::int64_t ticketId)
{
    constexpr std::size_t most = 20;
    return store.read([&](const StoreReader &reader) {
        Poco::JSON::Array::Ptr origins = new Poco::JSON::Array;
        for (const store::StoredEpisode &each : reader.episodesOfTicket(ticketId))
        {
            if (origins->size() == most)
                break;
            Object::Ptr origin = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
            origin->set("episode", Poco::Int64(each.id));
            origin->set("source", each.source);
            origin->set("key", each.key);
            origin->set("state", stateText(each.state));
            putRule(*origin, reader, each);
            origin->remove("ruleVersion");
            origins->add(origin);
        }
        return origins;
    });
}

void addEventRoutes(http::Router &router, const ApiParts &parts)
{
    const auto events = std::make_shared<Events>(parts);
    using Waits = http::Router::Waits;
    router.add("GET", "/v1/events", http::Scope::read, events, &Events::list, Waits::forStore,
               {"source", "kind", "decision", "customer", "q", "delivery", "episode", "ticket", "from", "until",
                "cursor", "limit"});
    router.add("GET", "/v1/events/{id}", http::Scope::read, events, &Events::show);
    router.add("GET", "/v1/episodes/{id}", http::Scope::read, events, &Events::episode);
    router.add("POST", "/v1/events/purge", http::Scope::admin, events, &Events::purge, Waits::forPsa);
}

} // namespace psa::api
