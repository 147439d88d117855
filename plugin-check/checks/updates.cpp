// What a plugin does to a ticket after its creation (psa.update-ticket/1): one changing request, found again, never
// blindly, based on the recordings of a good run.
#include "host/json/json_text.h"
#include "host/json/strict_json.h"
#include "plugin-check/check.h"
#include "plugin-check/difficult_texts.h"
#include "plugin-check/fault_trial.h"
#include "plugin-check/request_text.h"

#include <psa/update_ticket.h>

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <algorithm>

namespace psa::check {
namespace {

using plugin::VerbCall;
using Poco::JSON::Array;
using Poco::JSON::Object;

constexpr const char *howToRecord = "; docs/plugin-check.md says how to make one";

/// The good call of `verb`, or its variant; ends the check as skipped if there is no recording.
const GoodCall &goodCall(CheckContext &context, const PluginRun &run, Verb verb, const std::string &variant = "")
{
    if (!run.plugin()->offers(verb))
        context.skip(std::string("the plugin does not offer ") + plugin::rowOf(verb).function);
    const auto &calls = run.good().calls;
    const auto found = std::find_if(calls.begin(), calls.end(), [&](const GoodCall &call) {
        return call.verb == verb && call.variant == variant && call.recording;
    });
    if (found == calls.end())
        context.skip("there is no recording " + recordingName(verb, variant) + howToRecord);
    return *found;
}

/// Makes a call that must succeed; a failure ends the check.
Observed observe(CheckContext &context, const PluginRun &run, const GoodCall &call, PluginCall with = {})
{
    context.step(call.name());
    Observed observed = run.call(call, std::move(with));
    if (!observed.outcome.ok())
        context.failAndStop(call.name() + ": " + observed.summary());
    return observed;
}

std::string noteId(const Observed &observed)
{
    return json::parseObject(observed.outcome.result)->getObject("note")->getValue<std::string>("id");
}

std::vector<std::string> noteIds(const Observed &observed)
{
    std::vector<std::string> ids;
    const Array::Ptr notes = json::parseObject(observed.outcome.result)->getArray("notes");
    for (unsigned i = 0; i < notes->size(); ++i)
        ids.push_back(notes->getObject(i)->getValue<std::string>("id"));
    return ids;
}

/// The changing request; ends the check unless there is exactly one.
const net::HttpRequest &changingRequest(CheckContext &context, const GoodCall &call, const Observed &observed)
{
    if (observed.mutating() != 1)
        context.failAndStop(call.name() + " sent " + std::to_string(observed.mutating()) +
                            " requests with PSA_HTTP_MUTATES; expected exactly one");
    return std::find_if(observed.sent.begin(), observed.sent.end(),
                        [](const Sent &each) { return each.request.mutates; })
        ->request;
}

void mustOnlyRead(CheckContext &context, const GoodCall &call, const Observed &observed)
{
    if (observed.mutating() != 0)
        context.fail(call.name() + " sends a request with PSA_HTTP_MUTATES");
}

void addsOnce(CheckContext &context)
{
    const PluginRun run(context);
    const GoodCall &call = goodCall(context, run, Verb::addNote);
    const Observed observed = observe(context, run, call);
    const std::string reference = call.asked->argument("reference");
    if (!mentions(changingRequest(context, call, observed), reference))
        context.fail("the request that adds the note does not have the reference " + reference +
                     ": after a lost response the note cannot be found");
    if (!isAnswered(observed.sent, noteId(observed)))
        context.fail("the result has the note id " + noteId(observed) + ", which did not come from the PSA");
}

/// References that are none of the note, but are easily taken for its own.
std::vector<std::string> otherReferences(const std::string &reference)
{
    std::string changed = reference;
    changed.back() = changed.back() == 'Z' ? 'Y' : 'Z';
    std::vector<std::string> others{changed, reference + "0"};
    if (reference.size() > 1)
        others.insert(others.end(), {reference.substr(0, reference.size() - 1), reference.substr(1)});
    return others;
}

/// find_note with another reference, while the PSA's search matches more than was asked for: whatever the plugin asks,
/// it gets the responses of the good run.
void ignoresOthers(CheckContext &context, const PluginRun &run, const GoodCall &call, const Observed &good)
{
    for (const std::string &other : otherReferences(call.asked->argument("reference")))
    {
        context.step(call.name() + " with the reference " + other);
        PluginCall with;
        with.asked = plugin::findNoteCall(call.asked->argument("ticketId"), other);
        with.hook = [&](std::size_t index, const net::HttpRequest &, net::HttpResponse answer) {
            return index < good.sent.size() ? good.sent[index].response : std::move(answer);
        };
        const Observed observed = run.call(call, std::move(with));
        if (!observed.outcome.ok() || !noteIds(observed).empty())
            context.fail(context.lastStep() + " gives " +
                         (observed.outcome.ok() ? observed.outcome.result : observed.summary()) +
                         " although no note has that reference: match it exactly, whatever the PSA's search returns");
    }
}

void findsExactly(CheckContext &context)
{
    const PluginRun run(context);
    const std::string id = noteId(observe(context, run, goodCall(context, run, Verb::addNote)));
    const GoodCall &call = goodCall(context, run, Verb::findNote);
    const Observed found = observe(context, run, call);
    mustOnlyRead(context, call, found);
    if (noteIds(found) != std::vector<std::string>{id})
        context.fail("add_note added the note " + id + ", and find_note finds " + found.outcome.result);
    ignoresOthers(context, run, call, found);
}

/// The recorded add_note with some members of its note replaced.
VerbCall noteWith(const GoodCall &call, const std::string &member, const std::string &value)
{
    Object::Ptr note = json::parseObject(call.asked->argument("note"));
    note->set(member, value);
    return plugin::addNoteCall(call.asked->argument("ticketId"), call.asked->argument("reference"),
                               json::toText(*note));
}

/// nullopt = the plugin refuses the note, which it may.
std::optional<Observed> added(CheckContext &context, const PluginRun &run, const GoodCall &call, VerbCall asked,
                              const std::string &name)
{
    context.step("add_note with " + name);
    PluginCall with;
    with.asked = std::move(asked);
    Observed observed = run.call(call, std::move(with));
    if (observed.outcome.ok())
        return observed;
    if (observed.outcome.error->status != PSA_INVALID_TICKET || !observed.outcome.defects.empty())
        context.fail(name + ": add_note says " + observed.summary() + "; expected success or invalid_ticket");
    return std::nullopt;
}

void notesArriveWhole(CheckContext &context, const PluginRun &run, const GoodCall &call)
{
    const auto longest = run.plugin()->updates->getValue<std::size_t>("noteMaxLength");
    std::vector<Texts> all = difficultTexts();
    const std::string atLimit = repeated("0123456789", std::min<std::size_t>(longest, 200000));
    all.push_back({"as many characters as noteMaxLength allows", "", atLimit});
    for (const Texts &texts : all)
    {
        if (texts.description.empty())
            continue;
        const auto observed = added(context, run, call, noteWith(call, "text", texts.description), texts.name);
        if (!observed)
            continue;
        const net::HttpRequest &request = changingRequest(context, call, *observed);
        const bool warned = json::parseObject(observed->outcome.result)->has("warnings");
        checkArrival(context, texts.name, {{"text", texts.description}}, request,
                     warned && texts.description != atLimit);
        if (!mentions(request, call.asked->argument("reference")))
            context.fail(std::string(texts.name) + ": the reference is lost");
    }
}

/// Both kinds of visibility must make a difference that the PSA sees.
void visibilityCounts(CheckContext &context, const PluginRun &run, const GoodCall &call)
{
    std::vector<net::HttpRequest> requests;
    for (const char *visibility : {"internal", "public"})
        if (const auto observed = added(context, run, call, noteWith(call, "visibility", visibility),
                                        std::string("the visibility ") + visibility))
            requests.push_back(changingRequest(context, call, *observed));
    if (requests.size() == 2 && requests[0].url == requests[1].url && requests[0].body == requests[1].body)
        context.fail("an internal and a public note are the same request: the customer reads internal notes, or does "
                     "not get public ones");
}

void notesArrive(CheckContext &context)
{
    const PluginRun run(context);
    const GoodCall &call = goodCall(context, run, Verb::addNote);
    notesArriveWhole(context, run, call);
    visibilityCounts(context, run, call);
}

/// Whether the exchanges from `first` on start with a read: before the changing request, or instead of it.
bool readsFirst(const std::vector<Sent> &sent, std::size_t first)
{
    return first < sent.size() && !sent[first].request.mutates;
}

void namesWhatItSet(CheckContext &context, const GoodCall &call, const Observed &observed)
{
    const Object::Ptr change = json::parseObject(call.asked->argument("change"));
    const Array::Ptr names = json::parseObject(observed.outcome.result)->getArray("changed");
    if (names->size() == 0)
        context.fail("change_ticket sent a changing request, and its result says that nothing differed");
    for (const auto &name : *names)
        if (!change->has(name.convert<std::string>()))
            context.fail("change_ticket says that it set \"" + name.convert<std::string>() +
                         "\", which the change does not name");
}

/// An instance that has read the ticket before, with a warm cache, must not rely on what it knows: a human may have
/// changed the ticket since.
void readsEachTime(CheckContext &context, const PluginRun &run, const GoodCall &call, std::size_t exchanges)
{
    const auto clock = std::make_shared<CheckClock>(run.good().now);
    PluginCall with;
    with.clock = clock;
    with.before = [&](plugin::Instance &instance, const plugin::CallContext &services) {
        context.step(call.name() + " for the first time");
        instance.call(*call.asked, services, clock->running() + std::chrono::seconds(10));
    };
    const Observed both = observe(context, run, call, std::move(with));
    if (!readsFirst(both.sent, exchanges))
        context.fail("change_ticket, for the second time on one instance, does not read the ticket before it changes "
                     "it: a human may have changed it meanwhile");
}

void changesWhatDiffers(CheckContext &context)
{
    const PluginRun run(context);
    const GoodCall &call = goodCall(context, run, Verb::changeTicket);
    const Observed observed = observe(context, run, call);
    changingRequest(context, call, observed);
    namesWhatItSet(context, call, observed);
    if (!readsFirst(observed.sent, 0))
        context.failAndStop("change_ticket does not read the ticket before it changes it");
    readsEachTime(context, run, call, observed.sent.size());
    const GoodCall &equal = goodCall(context, run, Verb::changeTicket, "equal");
    context.step(equal.name());
    const Observed same = run.call(equal);
    mustOnlyRead(context, equal, same);
    if (!same.outcome.ok())
        context.failAndStop(equal.name() + ": " + same.summary());
    if (const Array::Ptr names = json::parseObject(same.outcome.result)->getArray("changed"); names->size() != 0)
        context.fail("the ticket had the values already, and change_ticket says that it set " +
                     names->get(0).toString());
}

Observed activityWith(CheckContext &context, const PluginRun &run, const GoodCall &call, const std::string &watermark)
{
    context.step(call.name());
    PluginCall with;
    with.asked = plugin::activityCall(call.asked->argument("ticketId"), watermark);
    return run.call(call, std::move(with));
}

void activityIsCalm(CheckContext &context)
{
    const PluginRun run(context);
    const GoodCall &call = goodCall(context, run, Verb::activity);
    const Observed first = observe(context, run, call);
    mustOnlyRead(context, call, first);
    const auto watermark = json::parseObject(first.outcome.result)->getValue<std::string>("watermark");
    const GoodCall &again = goodCall(context, run, Verb::activity, "again");
    const Observed second = activityWith(context, run, again, watermark);
    mustOnlyRead(context, again, second);
    if (!second.outcome.ok())
        context.failAndStop(again.name() + ": with the watermark " + watermark + " of activity: " + second.summary());
    const auto touched = json::parseObject(second.outcome.result)->getValue<std::string>("touched");
    if (touched != "no")
        context.fail("nothing happened since activity returned the watermark " + watermark +
                     ", and with it activity says that the ticket was touched: " + touched);
    const Observed odd = activityWith(context, run, again, "no watermark of this plugin");
    if (odd.outcome.ok() && json::parseObject(odd.outcome.result)->getValue<std::string>("touched") == "no")
        context.fail("activity gets a watermark that it cannot have returned, such as that of an older build with "
                     "another format, and says that nobody touched the ticket; expected unclear");
}

/// What add_note, find_note and change_ticket say about a ticket that the PSA does not have. find_note may find nothing:
/// some PSAs search notes without looking at the ticket.
void saysNotFound(CheckContext &context, const GoodCall &call, const Observed &observed)
{
    if (call.verb == Verb::findNote && observed.outcome.ok() && noteIds(observed).empty())
        return;
    if (observed.outcome.ok() || observed.outcome.error->status != PSA_NOT_FOUND)
        context.fail(call.name() + " says " + (observed.outcome.ok() ? observed.outcome.result : observed.summary()) +
                     "; expected not_found");
    else if (const std::string &field = observed.outcome.error->field; !field.empty())
        context.fail(call.name() + " says not_found with the field \"" + field +
                     "\", which means a wrong value and not a missing ticket");
}

void saysDeleted(CheckContext &context, const GoodCall &call, const Observed &observed)
{
    if (!observed.outcome.ok() || !json::parseObject(observed.outcome.result)->optValue("deleted", false))
        context.fail(call.name() + " says " + (observed.outcome.ok() ? observed.outcome.result : observed.summary()) +
                     "; expected a result with \"deleted\": true");
}

void missingTicketIsSaid(CheckContext &context)
{
    const PluginRun run(context);
    if (run.good().missing.empty())
        context.skip("there is no recording " + recordingName(Verb::addNote, "missing") + howToRecord);
    for (const GoodCall &call : run.good().missing)
    {
        context.step(call.name());
        const Observed observed = run.call(call);
        (call.verb == Verb::activity ? saysDeleted : saysNotFound)(context, call, observed);
    }
}

void removesOnce(CheckContext &context)
{
    const PluginRun run(context);
    const GoodCall &call = goodCall(context, run, Verb::removeNote);
    changingRequest(context, call, observe(context, run, call));
    observe(context, run, goodCall(context, run, Verb::removeNote, "again"));
}

/// Tries faults on the good calls that change something; skips the check if there is none.
void tryChanges(CheckContext &context, const FaultFilter &filter)
{
    const PluginRun run(context);
    bool any = false;
    for (const GoodCall &call : run.good().calls)
        if (call.asked && plugin::rowOf(call.verb).changes && call.variant.empty())
        {
            any = true;
            tryFaults(context, run, call, filter);
        }
    if (!any)
        context.skip("there is no recording " + recordingName(Verb::addNote, "") + howToRecord);
}

void lostAnswerToUpdate(CheckContext &context)
{
    tryChanges(context, isLostAnswer);
}

void changesTellTheTruth(CheckContext &context)
{
    tryChanges(context, [](const NetFault &fault, const Sent &struck) { return !isLostAnswer(fault, struck); });
}

} // namespace

const std::vector<Check> updateChecks{
    {.id = "N01",
     .title = "add_note sends one changing request",
     .level = 3,
     .requirement = "add_note sends exactly one request with PSA_HTTP_MUTATES, with the reference in it; the id in the "
                    "result is the PSA's.",
     .consequence = "Duplicate notes, or notes that cannot be found after a lost response.",
     .needs = {"R01", "T02"},
     .run = addsOnce},
    {.id = "N02",
     .title = "find_note finds exactly its note",
     .level = 3,
     .requirement = "find_note changes nothing, returns the note with the id that add_note returned, and none for a "
                    "reference that only resembles its own, even if the PSA's search returns more.",
     .consequence = "A note is added a second time, or never, because another one is taken for it.",
     .needs = {"N01"},
     .run = findsExactly},
    {.id = "N03",
     .title = "Notes arrive unchanged, and as visible as asked for",
     .level = 3,
     .requirement = "Long, multi-line, foreign-language and hostile texts reach the PSA unchanged, up to noteMaxLength "
                    "without truncation; truncation is reported as a warning and keeps the reference; an internal note "
                    "differs from a public one.",
     .consequence = "What happened is lost, or the customer reads what is meant for the technicians.",
     .needs = {"N01"},
     .limit = std::chrono::seconds(120),
     .run = notesArrive},
    {.id = "N04",
     .title = "change reads, and sets what differs",
     .level = 3,
     .requirement =
         "change reads the ticket each time, sends one request with PSA_HTTP_MUTATES if something differs and "
         "none if nothing does, and names what it set.",
     .consequence = "A repeated change undoes what a human did, triggers the PSA's rules again, or is never done.",
     .needs = {"R01", "T02"},
     .run = changesWhatDiffers},
    {.id = "N05",
     .title = "activity says no until something happens",
     .level = 3,
     .requirement =
         "activity changes nothing; with the watermark that it returned, and nothing new, it says that nobody "
         "touched the ticket. With a watermark that it cannot read it never says so.",
     .consequence = "Tickets are never closed automatically, or closed although a human works on them.",
     .needs = {"R01", "T02"},
     .run = activityIsCalm},
    {.id = "N06",
     .title = "A ticket that is gone is recognized",
     .level = 3,
     .requirement =
         "For a ticket that the PSA does not have, add_note and change return not_found without a field, find_note "
         "does so or finds nothing, and activity succeeds and says that it is deleted.",
     .consequence = "The host tries to update a deleted ticket for ever, or gives up one that exists.",
     .needs = {"N01", "N04"},
     .run = missingTicketIsSaid},
    {.id = "N07",
     .title = "remove_note sends one changing request",
     .level = 3,
     .requirement = "remove_note sends exactly one request with PSA_HTTP_MUTATES, and succeeds for a note that is gone "
                    "already.",
     .consequence = "A duplicate note stays, or its removal is tried for ever.",
     .needs = {"R01", "T02"},
     .run = removesOnce},
    {.id = "N08",
     .title = "A lost response to an update is an unknown outcome",
     .level = 3,
     .requirement =
         "If the changing request of add_note, change or remove_note was sent and no usable response came, the "
         "function returns outcome_unknown and does not repeat it.",
     .consequence = "A note is added twice, or reported as failed although it exists.",
     .needs = {"N01", "N04"},
     .limit = std::chrono::seconds(120),
     .run = lostAnswerToUpdate},
    {.id = "N09",
     .title = "add_note, change and remove_note say what went wrong",
     .level = 3,
     .requirement =
         "As T01 for add_note, change and remove_note: whatever happens to a request, the status reflects what "
         "is known about the ticket.",
     .consequence = "Updates are lost, sent needlessly or never retried.",
     .needs = {"N01", "N04"},
     .limit = std::chrono::seconds(240),
     .run = changesTellTheTruth},
};

} // namespace psa::check
