// What a plugin does with tickets: one changing request each, distinguished from unknown results, with its whole text.
#include "host/connection/connection.h"
#include "host/json/json_text.h"
#include "host/json/strict_json.h"
#include "plugin-check/check.h"
#include "plugin-check/difficult_texts.h"
#include "plugin-check/fault_trial.h"
#include "plugin-check/request_text.h"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <algorithm>

namespace psa::check {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

Object::Ptr parsed(const std::string &json)
{
    return json::parseStrict(json).extract<Object::Ptr>();
}

/// The good run of create_ticket; a failure ends the check.
Observed created(CheckContext &context, const PluginRun &run, const GoodCall &call)
{
    context.step(call.name());
    Observed observed = run.call(call);
    if (!observed.outcome.ok())
        context.failAndStop(call.name() + ": " + observed.summary());
    return observed;
}

const GoodCall &createCall(CheckContext &context, const PluginRun &run)
{
    return *run.recorded(context, Verb::createTicket).front();
}

std::string ticketId(const Observed &observed)
{
    return parsed(observed.outcome.result)->getObject("ticket")->getValue<std::string>("id");
}

void createsOnce(CheckContext &context)
{
    const PluginRun run(context);
    const Observed observed = created(context, run, createCall(context, run));
    if (observed.mutating() != 1)
        context.failAndStop("create_ticket sent " + std::to_string(observed.mutating()) +
                            " requests with PSA_HTTP_MUTATES; expected exactly one");
    const Sent &create = *std::find_if(observed.sent.begin(), observed.sent.end(),
                                       [](const Sent &each) { return each.request.mutates; });
    if (!mentions(create.request, run.good().reference))
        context.fail("the request that creates the ticket does not have the reference " + run.good().reference +
                     ": after a lost response the ticket cannot be found");
    if (!isAnswered(observed.sent, ticketId(observed)))
        context.fail("the result has the ticket id " + ticketId(observed) + ", which did not come from the PSA");
}

void findsWhatItCreated(CheckContext &context)
{
    const PluginRun run(context);
    const std::string id = ticketId(created(context, run, createCall(context, run)));
    for (const GoodCall *call : run.recorded(context, Verb::findTicket))
    {
        context.step(call->name());
        const Observed found = run.call(*call);
        if (!found.outcome.ok())
            context.failAndStop("find_ticket: " + found.summary());
        if (found.mutating() != 0)
            context.fail("find_ticket sends a request with PSA_HTTP_MUTATES");
        const bool asked = std::any_of(found.sent.begin(), found.sent.end(),
                                       [&](const Sent &each) { return mentions(each.request, run.good().reference); });
        if (!asked)
            context.fail("no request of find_ticket contains the reference " + run.good().reference);
        const Array::Ptr tickets = parsed(found.outcome.result)->getArray("tickets");
        if (tickets->size() != 1 || tickets->getObject(0)->getValue<std::string>("id") != id)
            context.fail("create_ticket created the ticket " + id + ", and find_ticket finds " + found.outcome.result);
    }
}

void lostAnswer(CheckContext &context)
{
    const PluginRun run(context);
    tryFaults(context, run, createCall(context, run), isLostAnswer);
}

void createTellsTheTruth(CheckContext &context)
{
    const PluginRun run(context);
    tryFaults(context, run, createCall(context, run),
              [](const NetFault &fault, const Sent &struck) { return !isLostAnswer(fault, struck); });
}

std::string withTexts(const std::string &ticketJson, const Texts &texts)
{
    Object::Ptr ticket = parsed(ticketJson);
    ticket->set("title", texts.title);
    ticket->set("description", texts.description);
    return json::toText(*ticket);
}

void textsArrive(CheckContext &context)
{
    const PluginRun run(context);
    const GoodCall &call = createCall(context, run);
    for (const Texts &texts : difficultTexts())
    {
        context.step(std::string("create_ticket with ") + texts.name);
        PluginCall how;
        how.ticketJson = withTexts(run.ticketJson(), texts);
        const Observed observed = run.call(call, std::move(how));
        if (!observed.outcome.ok() &&
            (observed.outcome.error->status != PSA_INVALID_TICKET || !observed.outcome.defects.empty()))
            context.fail(std::string(texts.name) + ": create_ticket says " + observed.summary() +
                         "; expected success or invalid_ticket");
        if (!observed.outcome.ok())
            continue;
        if (observed.mutating() != 1)
            context.fail(std::string(texts.name) + ": create_ticket sent " + std::to_string(observed.mutating()) +
                         " requests with PSA_HTTP_MUTATES; expected exactly one");
        const bool warned = parsed(observed.outcome.result)->has("warnings");
        for (const Sent &each : observed.sent)
            if (each.request.mutates)
                checkArrival(context, texts.name, {{"title", texts.title}, {"description", texts.description}},
                             each.request, warned);
    }
}

/// What one call may use of the windows: the host grants no more, so it would never end.
void fitsIntoWindows(CheckContext &context, const PluginRun &run, const GoodCall &call)
{
    context.step(call.name());
    const Observed observed = run.call(call);
    const auto descriptor = run.plugin()->descriptor.extract<Object::Ptr>();
    for (const net::WindowLimit &limit : connection::readLimits(*descriptor, run.configuration()).windows)
    {
        const auto used =
            static_cast<std::size_t>(std::count_if(observed.sent.begin(), observed.sent.end(), [&](const Sent &each) {
                return limit.limitKey.empty() || each.request.limitKey == limit.limitKey;
            }));
        const auto share = static_cast<double>(limit.max) * net::BudgetRegistry::defaultShare;
        if (static_cast<double>(used) > std::max(share, 1.0))
            context.fail(call.name() + " takes " + std::to_string(used) + " requests, and the descriptor declares " +
                         std::to_string(limit.max) + " in " + std::to_string(limit.window.count()) +
                         " s, of which the host's share is 40 %: it can never end");
    }
}

/// What calls with a warm cache sent.
struct Counted
{
    std::size_t requests = 0; ///< Without sign-ins.
    std::size_t signIns = 0;

    void add(const net::HttpRequest &request)
    {
        const bool isSignIn = request.secretAnswer || request.body.find("grant_type=") != std::string::npos;
        ++(isSignIn ? signIns : requests);
    }
};

constexpr std::size_t measuredCalls = 20;

/// Each call on an instance of its own; the first one, which is not counted, fills the cache that they share.
Counted onNewInstances(const PluginRun &run, const GoodCall &call)
{
    const auto clock = std::make_shared<CheckClock>(run.good().now);
    const auto cache = std::make_shared<net::ValueCache>(clock);
    Counted counted;
    for (std::size_t i = 0; i <= measuredCalls; ++i)
    {
        PluginCall how;
        how.clock = clock;
        how.cache = cache;
        for (const Sent &each : run.call(call, std::move(how)).sent)
            if (i > 0)
                counted.add(each.request);
    }
    return counted;
}

/// All calls on one instance, as in the host; the first one is not counted.
Counted onOneInstance(const PluginRun &run, const GoodCall &call)
{
    const auto clock = std::make_shared<CheckClock>(run.good().now);
    std::size_t calls = 0;
    Counted counted;
    PluginCall how;
    how.clock = clock;
    how.hook = [&](std::size_t, const net::HttpRequest &request, net::HttpResponse good) {
        if (calls > 0)
            counted.add(request);
        return good;
    };
    how.before = [&](plugin::Instance &instance, const plugin::CallContext &services) {
        for (; calls < measuredCalls; ++calls)
            instance.call(run.verbCall(call, {}), services, clock->running() + std::chrono::seconds(10));
    };
    run.call(call, std::move(how));
    return counted;
}

/// The PSA's quota is scarce: with a warm cache a call takes `each` requests, and an instance signs in once.
void fewRequests(CheckContext &context, const PluginRun &run, const GoodCall &call, std::size_t each)
{
    const std::size_t most = each * (measuredCalls + measuredCalls / 20);
    context.step(call.name() + " on new instances with a warm cache");
    const Counted fresh = onNewInstances(run, call);
    context.step(call.name() + " on one instance");
    const Counted used = onOneInstance(run, call);
    for (const auto &[counted, where] : {std::pair(fresh, "on new instances"), std::pair(used, "on one instance")})
        if (counted.requests > most)
            context.warn(std::to_string(measuredCalls) + " calls of " + call.name() + " " + where + " take " +
                         std::to_string(counted.requests) + " requests with a warm cache; expected " +
                         std::to_string(each) + " each: keep lookups in psa.cache/1");
    if (fresh.signIns > 0)
        context.note(std::to_string(measuredCalls) + " calls of " + call.name() + " on new instances sign in " +
                     std::to_string(fresh.signIns) + " times");
    if (used.signIns > 1)
        context.fail(std::to_string(measuredCalls) + " calls of " + call.name() + " on one instance sign in " +
                     std::to_string(used.signIns) + " times: keep the token as long as it lasts");
}

void keepsRates(CheckContext &context)
{
    const PluginRun run(context);
    for (const GoodCall &call : run.good().calls)
        fitsIntoWindows(context, run, call);
    fewRequests(context, run, createCall(context, run), 1);
    for (const auto &[verb, each] : {std::pair(Verb::addNote, 1U), std::pair(Verb::changeTicket, 2U)})
        for (const GoodCall *call : run.good().recorded(verb))
            if (call->variant.empty())
                fewRequests(context, run, *call, each);
}

/// A second create on one instance, whose changing request is answered with 401 once: the token that the first create
/// got has expired. Returns the exchanges of both.
Observed createdWithOldLogin(CheckContext &context, const PluginRun &run, const GoodCall &call)
{
    const auto clock = std::make_shared<CheckClock>(run.good().now);
    std::size_t changes = 0;
    PluginCall how;
    how.clock = clock;
    how.before = [&](plugin::Instance &instance, const plugin::CallContext &services) {
        context.step(call.name() + " for the first time");
        const plugin::CallOutcome first =
            instance.call(run.verbCall(call, {}), services, clock->running() + std::chrono::seconds(10));
        if (!first.ok())
            context.failAndStop(context.lastStep() + ": " + first.error->message);
        context.step(call.name() + " again on this instance, with a 401 for its changing request");
    };
    how.hook = [&](std::size_t, const net::HttpRequest &request, net::HttpResponse good) {
        if (!request.mutates || ++changes != 2)
            return good;
        good.status = 401;
        good.body.clear();
        return good;
    };
    return run.call(call, std::move(how));
}

void repeatsOnceAfterOldLogin(CheckContext &context)
{
    const PluginRun run(context);
    const Observed observed = createdWithOldLogin(context, run, createCall(context, run));
    const std::string where = context.lastStep() + ": ";
    if (observed.outcome.ended != plugin::Ended::returned || !observed.outcome.defects.empty())
        context.failAndStop(where + observed.outcome.error->message);
    if (const unsigned refused = observed.outcome.refusedChanges; refused > 0)
        context.failAndStop(where + "the host rejects " + std::to_string(refused) +
                            (refused == 1 ? " more" : " more of them") +
                            "; after a 401 the same method, URL and body may be sent once more, and nothing else");
    const bool repeated = observed.mutating() > 2; // the first create, the one with the 401, its repetition
    if (repeated && !observed.outcome.ok())
        context.fail(where + "it says " + observed.summary() + " although its repeat succeeded");
    else if (repeated && !isAnswered(observed.sent, ticketId(observed)))
        context.fail(where + "the result has the ticket id " + ticketId(observed) +
                     ", which did not come from the PSA");
    else if (!repeated && (observed.outcome.ok() || observed.outcome.error->status != PSA_AUTH))
        context.fail(where + "it says " + observed.summary() + "; expected auth, or one repeat");
}

Check ticketCheck(std::string id, std::string title, std::string requirement, std::string consequence,
                  std::vector<std::string> needs, std::function<void(CheckContext &)> run)
{
    Check check;
    check.id = std::move(id);
    check.title = std::move(title);
    check.level = 3;
    check.requirement = std::move(requirement);
    check.consequence = std::move(consequence);
    check.needs = std::move(needs);
    check.limit = std::chrono::seconds(120);
    check.run = std::move(run);
    return check;
}

} // namespace

const std::vector<Check> ticketChecks{
    ticketCheck("K01", "create_ticket sends one changing request",
                "create_ticket sends exactly one request with PSA_HTTP_MUTATES, with the reference in it; the id "
                "in the result is the PSA's.",
                "Duplicate tickets, or tickets that cannot be found after a lost response.", {"R01", "T02"},
                createsOnce),
    ticketCheck("K02", "find_ticket finds what create_ticket created",
                "find_ticket searches for the reference, changes nothing and returns the ticket with the id that "
                "create_ticket returned.",
                "After a lost response the ticket is created a second time.", {"K01"}, findsWhatItCreated),
    ticketCheck("K03", "A lost response is an unknown outcome",
                "If the changing request was sent and no usable response came, create_ticket returns "
                "outcome_unknown and does not repeat it.",
                "A ticket is created twice, or reported as failed although it exists.", {"K01"}, lostAnswer),
    ticketCheck("K04", "Texts arrive unchanged or with a warning",
                "Long, multi-line, foreign-language and hostile texts reach the PSA unchanged; truncation is "
                "reported as a warning; what cannot be sent is invalid_ticket.",
                "What the customer wrote is lost, or ends up in other fields of the ticket.", {"K01"}, textsArrive),
    ticketCheck("K05", "Requests stay within the declared limits",
                "No call needs more requests than the host's share of the declared limits; with a warm cache a ticket "
                "takes one request, a note one and a change two, on a new instance and on a used one; sign-ins are "
                "counted apart, and a used instance does not repeat them.",
                "Calls that can never finish, or a quota that is used up.", {"R01", "T02"}, keepsRates),
    ticketCheck("K06", "create_ticket says what went wrong",
                "As T01 for create_ticket: whatever happens to a request, the status reflects what is known about "
                "the ticket.",
                "Tickets are lost, sent needlessly or never retried.", {"K01"}, createTellsTheTruth),
    ticketCheck(
        "K07", "An expired login is renewed for one repeat",
        "If an instance uses a login from an earlier call and the changing request gets a 401, the plugin returns "
        "auth, or signs in again and sends the same method, URL and body once more.",
        "The host rejects any other second changing request, and the ticket waits until it has been looked up.",
        {"K01"}, repeatsOnceAfterOldLogin),
};

} // namespace psa::check
