#include "host/api/api_parts.h"
#include "host/api/body.h"
#include "host/api/views.h"
#include "host/events/rule_preview.h"
#include "host/events/rules/library.h"
#include "host/http/problem.h"
#include "host/json/json_text.h"

#include <Poco/JSON/Array.h>

#include <algorithm>

namespace psa::api {
namespace {

using events::LiveRule;
using events::Ruleset;
using Poco::JSON::Array;
using Poco::JSON::Object;
using store::DefinitionKind;

constexpr std::int64_t mostDays = 366;
constexpr std::int64_t usualDays = 7;

http::ApiResponse library(const http::ApiRequest &)
{
    Object body;
    body.set("rules", json::arrayOf(events::rules::library(), [](const events::rules::LibraryRule &each) {
                 return events::rules::toJson(each);
             }));
    return toAnswer(body);
}

/// The rule that a request is about, in the order of all rules: a stored one by name, or a document, which takes the
/// place of the stored one with its name.
struct RuleInQuestion
{
    Ruleset rules;
    std::size_t place = 0;
};

[[noreturn]] void refuseRule(const events::rules::RuleInvalid &error)
{
    throw http::Problem(422, "invalid-rule", "Invalid rule",
                        "The rule is not accepted: " + error.pointer() + ": " + error.problem())
        .at("/rule" + error.pointer(), error.problem());
}

std::size_t placeOf(const std::vector<LiveRule> &rules, const std::string &name)
{
    const auto at = std::find_if(rules.begin(), rules.end(), [&](const LiveRule &each) { return each.name == name; });
    return static_cast<std::size_t>(at - rules.begin());
}

/// A document that is not stored, as if it were.
LiveRule liveRule(const ApiParts &parts, const Object &document)
try
{
    LiveRule live;
    live.rule = events::rules::Rule::parse(document);
    live.name = live.rule.name;
    if (const auto connection = parts.connections.find(live.rule.ticket.connection))
        live.connectionUid = connection->stored.uid;
    return live;
}
catch (const events::rules::RuleInvalid &error)
{
    refuseRule(error);
}

RuleInQuestion ruleOf(const ApiParts &parts, const Poco::Dynamic::Var &given)
{
    RuleInQuestion asked{*parts.definitions.current(), 0};
    std::vector<LiveRule> &all = asked.rules.rules;
    if (given.isString())
    {
        const std::string name = given.toString();
        asked.place = placeOf(all, name);
        if (asked.place == all.size())
            throw events::UnknownDefinition(DefinitionKind::rule, name);
        return asked;
    }
    if (given.type() != typeid(Object::Ptr))
        throw http::Problem(400, "bad-body", "Invalid body", "\"rule\" must be the name of a rule, or a rule.")
            .at("/rule", "must be a string or an object");
    Object::Ptr document = new Object(*given.extract<Object::Ptr>());
    removeViewMembers(*document);
    const LiveRule live = liveRule(parts, *document);
    asked.place = placeOf(all, live.name);
    if (asked.place < all.size())
        all[asked.place] = live;
    else
    {
        asked.place = events::placeOfNew(all, live.rule);
        all.insert(all.begin() + static_cast<std::ptrdiff_t>(asked.place), live);
    }
    return asked;
}

/// An event, and the source that it came from.
struct EventInQuestion
{
    events::Event event;
    std::string source;
};

EventInQuestion storedEvent(const ApiParts &parts, std::int64_t id)
{
    const auto row = parts.store.read([&](const store::StoreReader &reader) { return reader.event(id); });
    if (!row || row->documentJson.empty())
        throw http::Problem(404, "unknown-event", "Unknown event",
                            "There is no event " + std::to_string(id) + ", or its content was erased.");
    return {events::eventFrom(*json::parseObject(row->documentJson)), row->source};
}

EventInQuestion eventOf(const ApiParts &parts, const Object &body)
{
    const Poco::Dynamic::Var given = body.get("event");
    if (given.isInteger() && !given.isBoolean())
        return storedEvent(parts, given.convert<std::int64_t>());
    const Object::Ptr written = objectMember(body, "event");
    if (written.isNull())
        throw http::Problem(400, "bad-body", "Invalid body", "\"event\" must be an event, or the id of a stored one.")
            .at("/event", "is missing");
    // Events of the API have more than what the source reported.
    Object::Ptr document = new Object(*written);
    const std::string source = textMember(*document, "source");
    for (const char *name : {"id", "source", "received", "delivery", "episode", "ticket", "decision"})
        document->remove(name);
    return {events::eventFrom(*document), source};
}

void putDraft(Object &view, const events::TicketDraft &draft)
{
    if (draft.request.isNull())
        return;
    view.set("ticket", draft.request);
    if (!draft.unset.empty())
        view.set("unset", json::arrayOf(draft.unset));
    if (draft.company.review)
        view.set("needsReview", true);
}

Object::Ptr verdictView(const events::RuleVerdict &verdict, const LiveRule &rule)
{
    Object::Ptr view = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    view->set("rule", verdict.rule);
    view->set("mode", events::rules::toText(rule.rule.mode));
    view->set("matches", verdict.matches);
    view->set("takes", verdict.takes);
    if (verdict.matches)
        view->set("would", rule.rule.action == events::rules::RuleAction::ticket ? "ticket" : "suppressed");
    view->set("why", verdict.why);
    putDraft(*view, verdict.draft);
    return view;
}

/// What each rule, or the given one, would do with an event.
http::ApiResponse test(const ApiParts &parts, const http::ApiRequest &request)
{
    const Object::Ptr body = readBody(request, {"rule", "event"});
    const bool isOne = body->has("rule") && !body->isNull("rule");
    const RuleInQuestion asked =
        isOne ? ruleOf(parts, body->get("rule")) : RuleInQuestion{*parts.definitions.current(), 0};
    const EventInQuestion event = eventOf(parts, *body);
    const auto now = std::chrono::time_point_cast<events::Instant::duration>(parts.clock->wallNow());
    const auto verdicts = events::testRules(asked.rules, event.event, event.source, now, parts.connections);
    Array::Ptr views = new Array;
    for (std::size_t i = 0; i < verdicts.size(); ++i)
        if (!isOne || i == asked.place)
            views->add(verdictView(verdicts[i], asked.rules.rules.at(i)));
    Object answer;
    answer.set("rules", views);
    return toAnswer(answer);
}

Object::Ptr exampleView(const events::RulePreview::Example &example)
{
    Object::Ptr view = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    std::string damage; // then it is shown without content
    Object::Ptr event = json::parseStored(example.event.documentJson, damage);
    event->set("id", example.event.id);
    event->set("source", example.event.source);
    event->set("received", timeText(example.event.received));
    view->set("event", event);
    putDraft(*view, example.draft);
    return view;
}

/// What a rule would have done with the events of the last days.
http::ApiResponse preview(const ApiParts &parts, const http::ApiRequest &request)
{
    const Object::Ptr body = readBody(request, {"rule", "days"});
    std::int64_t days = usualDays;
    if (body->has("days") && !body->isNull("days"))
        days = numberIn("days", body->get("days").convert<std::string>(), 1, mostDays);
    const RuleInQuestion asked = ruleOf(parts, body->get("rule"));
    const std::vector<LiveRule> &all = asked.rules.rules;
    const std::vector<LiveRule> before(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(asked.place));
    const auto now = std::chrono::time_point_cast<events::Instant::duration>(parts.clock->wallNow());
    const events::RulePreview found = events::previewRule(parts.store, all.at(asked.place).rule, before,
                                                          asked.rules.customers, now - std::chrono::days(days), now);
    Object answer(Poco::JSON_PRESERVE_KEY_ORDER);
    answer.set("events", found.events);
    answer.set("matched", found.matched);
    answer.set("takenEarlier", found.takenEarlier);
    answer.set("tickets", found.tickets);
    answer.set("examples", json::arrayOf(found.examples, exampleView));
    answer.set("problems", json::arrayOf(found.problems));
    answer.set("all", found.all);
    return toAnswer(answer);
}

} // namespace

void addRuleRoutes(http::Router &router, const ApiParts &parts)
{
    using Waits = http::Router::Waits;
    router.add({"GET", "/v1/rules-library", http::Scope::read, library, Waits::never});
    router.add({"POST", "/v1/rules-test", http::Scope::read,
                [parts](const http::ApiRequest &request) { return test(parts, request); }});
    router.add({"POST", "/v1/rules-preview", http::Scope::read,
                [parts](const http::ApiRequest &request) { return preview(parts, request); }, Waits::forPsa});
}

} // namespace psa::api
