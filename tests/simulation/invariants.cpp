#include "tests/simulation/invariants.h"

#include "host/events/episode.h"
#include "host/events/event.h"
#include "host/json/json_text.h"
#include "host/ticket/transitions.h"
#include "tests/simulation/sim_host.h"
#include "tests/simulation/sim_plugin.h"

#include <algorithm>

namespace psa::simulation {
namespace {

using namespace psa::events;
using namespace psa::store;
using namespace psa::ticket;
using namespace std::chrono_literals;

/// It is being sent, or looked up.
bool isClaimed(const Progress &progress)
{
    return progress.state == TicketState::sending ||
           (progress.state != TicketState::held && allows(progress.state, TicketAction::reconcile) &&
            progress.openSince && !progress.due);
}

std::string nameOf(const Progress &progress)
{
    return std::string(progress.kind == OperationKind::create ? "ticket" : toText(progress.kind)) + " " +
           std::to_string(progress.id);
}

std::size_t countOf(const std::string &text, const std::string &part)
{
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size()))
        ++count;
    return count;
}

/// "#7#" in a text; "" if there is none.
std::string markIn(const std::string &text)
{
    const auto begin = text.find('#');
    const auto end = begin == std::string::npos ? begin : text.find('#', begin + 1);
    return end == std::string::npos ? "" : text.substr(begin, end + 1 - begin);
}

/// "key3" in a text of an alert.
std::string keyIn(const std::string &text)
{
    const auto at = text.find("key");
    return at == std::string::npos ? "" : text.substr(at, 4);
}

bool setsStatus(const StoredOperation &operation)
{
    return operation.kind == OperationKind::change && operation.documentJson.find("\"status\"") != std::string::npos;
}

} // namespace

void Invariants::fail(const std::string &name, const std::string &what)
{
    if (broken_.empty())
        broken_ = name + ": " + what + " (after " + std::to_string(parts_.time.now().count() / 1000) + " ms)";
}

clock::Clock::Wall Invariants::date() const
{
    return HostClock::dateOf(parts_.time.now());
}

const LeaseRow *Invariants::leaseOf(const std::string &connection) const
{
    const auto at = now().leases.find({LeaseKind::connection, connection});
    return at == now().leases.end() || at->second.owner.empty() || at->second.until <= date() ? nullptr : &at->second;
}

// At each commit.

void Invariants::onCommit(const std::string &owner, const test::MemoryContents &before)
{
    const auto check = [&](const auto &all, const auto &allBefore) {
        for (const auto &[id, after] : all)
        {
            const auto at = allBefore.find(id);
            if (at == allBefore.end() || at->second.fence != after.fence)
                checkClaim(owner, after.connection, at == allBefore.end() ? nullptr : &at->second, after);
        }
    };
    check(now().tickets, before.tickets);
    check(now().operations, before.operations);
}

/// Only who has claimed something may settle it, or who has taken over the connection.
void Invariants::checkClaim(const std::string &owner, const std::string &connection, const Progress *before,
                            const Progress &after)
{
    const bool isTicket = after.kind == OperationKind::create;
    const auto key = std::pair(isTicket, after.id);
    const LeaseRow *const lease = leaseOf(connection);
    const bool hasLease = lease != nullptr && lease->owner == owner;
    if (before != nullptr && isClaimed(*before))
    {
        const auto &operated = isTicket ? parts_.truth.operatedTickets : parts_.truth.operatedOperations;
        const bool mayTakeOver = hasLease && (before->state != TicketState::sending || after.reason.code == "crash");
        const bool byHuman = before->state != TicketState::sending && operated.contains(after.id);
        if (claims_[key].owner != owner && !mayTakeOver && !byHuman)
            fail("fence", nameOf(after) + " was settled by a host that had not claimed it");
    }
    if (!isClaimed(after))
        return;
    claims_[key] = {owner, after.fence};
    if (!hasLease)
        fail("lease", nameOf(after) + " was claimed by a host without the lease on " + connection);
}

// At each request.

void Invariants::onLeaving(const std::string &owner, const std::string &connection, const net::HttpRequest &request)
{
    if (request.mutates)
        if (const LeaseRow *const lease = leaseOf(connection); lease != nullptr && lease->owner != owner)
            fail("lease", "a request left for " + connection + " from a host whose lease another one has");
    const std::string path = request.url.substr(request.url.find(".com/") + 4);
    if (request.method == "PUT" && request.body.find("\"status\"") != std::string::npos)
        if (const PsaTicket *const ticket = parts_.psa.find(path.substr(path.rfind('/') + 1)))
            checkHuman(*ticket);
}

void Invariants::onAdmission(SimTime admitted)
{
    left_.insert(std::upper_bound(left_.begin(), left_.end(), admitted), admitted);
    for (std::size_t first = 0; first + parts_.plan.requests < left_.size(); ++first)
        if (left_[first + parts_.plan.requests] - left_[first] < requestWindow)
            return fail("quota", "more than " + std::to_string(parts_.plan.requests) + " requests within " +
                                     std::to_string(requestWindow.count()) + " s");
}

/// A conditional change looks after it was claimed: what a human did before that must prevent it.
void Invariants::checkHuman(const PsaTicket &ticket)
{
    for (const auto &[id, operation] : now().operations)
    {
        const auto of = now().tickets.find(operation.ticketId);
        if (operation.state != TicketState::sending || !operation.ifUntouched || !setsStatus(operation) ||
            of == now().tickets.end() || of->second.outcome.psaId != ticket.id ||
            of->second.connection != ticket.connection)
            continue;
        const SimTime claimed = HostClock::timeOf(operation.changed);
        if (std::any_of(ticket.humanActs.begin(), ticket.humanActs.end(), [&](SimTime act) { return act < claimed; }))
            fail("human", nameOf(operation) + " sets the status of a ticket that a human has touched before");
    }
}

// In the end.

/// For what a human has to decide about its ticket, or about the note that carries it.
bool Invariants::waitsForHuman(const StoredOperation &operation) const
{
    const auto ticket = now().tickets.find(operation.ticketId);
    const auto carrier = now().operations.find(operation.mergedInto);
    return waitsItsTurn(operation) &&
           ((ticket != now().tickets.end() && ticket->second.state == TicketState::needsReview) ||
            (carrier != now().operations.end() && carrier->second.state == TicketState::needsReview));
}

std::string Invariants::describe(const StoredOperation &operation) const
{
    std::string text = nameOf(operation) + " of ticket " + std::to_string(operation.ticketId) + " is " +
                       toText(operation.state) + " (" + operation.reason.code + ")";
    if (const auto carrier = now().operations.find(operation.mergedInto); carrier != now().operations.end())
        text += ", merged into " + nameOf(carrier->second) + ", which is " + toText(carrier->second.state) + " (" +
                carrier->second.reason.code + ")";
    return text;
}

std::string Invariants::whatMoves() const
{
    for (const auto &[id, ticket] : now().tickets)
        if (movesByItself(ticket))
            return nameOf(ticket) + " is " + toText(ticket.state);
    for (const auto &[id, operation] : now().operations)
    {
        if (movesByItself(operation) && !waitsForHuman(operation))
            return describe(operation);
    }
    for (const auto &[id, delivery] : now().deliveries)
        if (delivery.state != DeliveryState::done)
            return "delivery " + std::to_string(id) + " is not decided: " + delivery.reason;
    for (const auto &[id, episode] : now().sourceEpisodes)
        if (episode.due && *episode.due < date() + 1h)
            return "episode " + std::to_string(id) + " is due";
    return "";
}

void Invariants::atTheEnd()
{
    checkTickets();
    checkSubmitted();
    checkOperations();
    checkOrder();
    checkEvents();
    checkOutages();
    for (const auto &[id, episode] : now().sourceEpisodes)
        checkEpisode(episode);
    checkCompanies();
}

void Invariants::checkEnd(const Progress &progress, const std::string &what)
{
    const bool isOver = isEnded(progress.state) || progress.state == TicketState::needsReview ||
                        waitsItsTurn(progress); // see whatMoves()
    if (!isOver)
        fail("no-end", what + " is " + toText(progress.state));
    else if (progress.reason.code.empty() && !waitsItsTurn(progress))
        fail("no-reason", what + " is " + toText(progress.state) + " for no reason");
}

void Invariants::checkTickets()
{
    for (const auto &[id, ticket] : now().tickets)
    {
        checkEnd(ticket, nameOf(ticket));
        checkTicket(ticket);
    }
}

void Invariants::checkTicket(const StoredTicket &ticket)
{
    std::size_t count = 0;
    bool isDiscarded = false;
    for (const PsaTicket &each : parts_.psa.tickets())
        if (each.reference == ticket.reference && each.connection == ticket.connection)
        {
            ++count;
            isDiscarded = isDiscarded || each.deleted;
        }
    const bool isOperated = parts_.truth.operatedTickets.contains(ticket.id);
    if (count > 1 && !isDiscarded)
        fail("doubled", nameOf(ticket) + " is in the PSA " + std::to_string(count) + " times");
    if (count == 0 && ticket.state == TicketState::done && !isOperated)
        fail("lost", nameOf(ticket) + " is done, and the PSA has none");
    if (count > 0 && !isOperated && (ticket.state == TicketState::dead || ticket.state == TicketState::cancelled))
        fail("lost", nameOf(ticket) + " is " + toText(ticket.state) + ", and the PSA has it");
}

void Invariants::checkSubmitted()
{
    for (const auto &[number, id] : parts_.truth.tickets)
    {
        const auto at = now().tickets.find(id);
        const std::string mark = "#" + std::to_string(number) + "#";
        if (at == now().tickets.end() || at->second.requestJson.find(mark) == std::string::npos)
            fail("lost", "the acknowledged ticket " + mark + " is not stored");
        const auto &all = parts_.psa.tickets();
        const auto hasMark = [&](const PsaTicket &each) {
            return each.title.find(mark) != std::string::npos && !each.deleted;
        };
        if (std::count_if(all.begin(), all.end(), hasMark) > 1)
            fail("doubled", "the PSA has several tickets " + mark);
    }
}

void Invariants::checkOperations()
{
    for (const auto &[number, update] : parts_.truth.updates)
        for (const std::int64_t id : update.operations)
            if (!now().operations.contains(id))
                fail("lost", "the acknowledged operation " + std::to_string(id) + " is not stored");
    for (const auto &[id, operation] : now().operations)
    {
        checkEnd(operation, nameOf(operation));
        if (operation.kind == OperationKind::note)
            checkNote(operation);
    }
    for (const auto &[id, ticket] : now().tickets)
        checkPriority(ticket);
}

void Invariants::checkNote(const StoredOperation &note)
{
    const StoredTicket &ticket = now().tickets.at(note.ticketId);
    const std::string mark = markIn(note.documentJson);
    std::size_t byReference = 0;
    std::size_t byMark = 0;
    bool isDiscarded = false;
    for (const PsaTicket &of : parts_.psa.tickets())
        for (const PsaNote &each : of.notes)
        {
            byReference += each.reference == note.reference && of.connection == note.connection ? 1U : 0U;
            byMark += mark.empty() ? 0 : countOf(each.text, mark);
        }
    if (const PsaTicket *const of = parts_.psa.find(ticket.outcome.psaId))
        isDiscarded = of->discarded();
    if (byReference > 1 || byMark > 1)
        fail("doubled", nameOf(note) + " was written several times");
    if (parts_.truth.operatedOperations.contains(note.id) || parts_.truth.operatedTickets.contains(note.ticketId) ||
        isDiscarded)
        return;
    const bool isWritten = note.mergedInto == 0 ? byReference > 0 : byMark > 0 || mark.empty();
    if (note.state == TicketState::done && !isWritten)
        fail("lost", nameOf(note) + " is done, and the PSA does not have it");
    if ((note.state == TicketState::dead || note.state == TicketState::cancelled) && (byReference > 0 || byMark > 0))
        fail("lost", nameOf(note) + " is " + toText(note.state) + ", and the PSA has it");
}

/// What was set last is what the PSA has.
void Invariants::checkPriority(const StoredTicket &ticket)
{
    const PsaTicket *const real = parts_.psa.find(ticket.outcome.psaId);
    if (real == nullptr || real->discarded() || real->connection != ticket.connection ||
        parts_.truth.operatedTickets.contains(ticket.id))
        return;
    std::string wanted;
    for (const auto &[id, operation] : now().operations)
    {
        if (operation.ticketId != ticket.id || operation.kind != OperationKind::change ||
            operation.documentJson.find("priority") == std::string::npos)
            continue;
        if (operation.state != TicketState::done || parts_.truth.operatedOperations.contains(id))
            return;
        wanted = json::parseObject(operation.documentJson)->getValue<std::string>("priority");
    }
    if (!wanted.empty() && real->priority != wanted)
        fail("lost", "the priority of " + nameOf(ticket) + " is " + real->priority + " in the PSA, not " + wanted);
}

/// Notes are written in their order, unless a human has decided about one.
void Invariants::checkOrder()
{
    std::map<std::int64_t, SimTime> last; ///< By ticket.
    for (const auto &[id, note] : now().operations)
    {
        if (note.kind != OperationKind::note || note.state != TicketState::done || note.mergedInto != 0 ||
            parts_.truth.operatedOperations.contains(id))
            continue;
        for (const PsaTicket &of : parts_.psa.tickets())
            for (const PsaNote &each : of.notes)
            {
                if (each.reference != note.reference || of.connection != note.connection)
                    continue;
                SimTime &before = last[note.ticketId];
                if (each.at < before)
                    fail("order", nameOf(note) + " was written before an earlier note of its ticket");
                before = std::max(before, each.at);
            }
    }
}

// Events.

void Invariants::checkEvents()
{
    for (const Truth::Told &told : parts_.truth.told)
    {
        const auto isIt = [&](const auto &row) {
            const StoredEvent &stored = row.second;
            if (stored.source != "s" + std::to_string(told.source) || stored.key != told.event.key ||
                stored.kind != toText(told.event.kind))
                return false;
            const Event event = eventFrom(*json::parseObject(stored.documentJson));
            return event.deliveryId == told.event.deliveryId && event.at == told.event.at &&
                   event.startedAt == told.event.startedAt;
        };
        const auto count = std::count_if(now().events.begin(), now().events.end(), isIt);
        const std::string name = std::string("the ") + toText(told.event.kind) + " of " + told.event.key;
        if (count == 0)
            fail("lost", name + " was acknowledged, and is not stored");
        if (count > 1 && told.source == 1)
            fail("doubled", name + " was decided on " + std::to_string(count) + " times");
    }
}

/// Whether the problem lasts, according to what the source has said. By the times of events, or else by their order.
bool Invariants::lasts(int source, const std::string &key) const
{
    std::optional<Instant> began;
    std::optional<Instant> ended;
    bool last = false;
    for (const Truth::Told &told : parts_.truth.told)
    {
        if (told.source != source || told.event.key != key || told.event.kind == EventKind::update)
            continue;
        last = told.event.kind == EventKind::problem;
        if (last && told.event.startedAt)
            began = std::max(began, told.event.startedAt);
        else if (told.event.at)
            ended = std::max(ended, told.event.at);
    }
    return source == 0 ? began > ended : last;
}

void Invariants::checkOutages()
{
    for (const Outage &outage : parts_.plan.outages)
    {
        const bool isLive = lasts(outage.source, outage.key);
        const StoredEpisode *latest = nullptr;
        for (const auto &[id, episode] : now().sourceEpisodes)
            if (episode.source == "s" + std::to_string(outage.source) && episode.key == outage.key)
                latest = &episode;
        const bool isOpen = latest != nullptr && latest->state != EpisodeState::ended;
        if (isLive != isOpen)
            fail("episode", "the problem " + outage.key + " " + (isLive ? "lasts" : "is over") +
                                ", and its episode is " + (isOpen ? "open" : "not open"));
    }
}

void Invariants::checkEpisode(const StoredEpisode &episode)
{
    const std::string name = "episode " + std::to_string(episode.id) + " (" + episode.key + ")";
    if (episode.ticketId == 0)
    {
        if (episode.state == EpisodeState::open && episode.ruleId != 0)
            fail("no-ticket", name + " lasts, and has no ticket");
        return;
    }
    const StoredTicket &ticket = now().tickets.at(episode.ticketId);
    const PsaTicket *const real = parts_.psa.find(ticket.outcome.psaId);
    const StoredOperation *last = nullptr;   // that resolves or reopens
    const StoredOperation *counts = nullptr; // of those that were carried out, or will be
    bool isNoted = false;
    for (const auto &[id, operation] : now().operations)
    {
        if (operation.ticketId != ticket.id)
            continue;
        const bool isChange = operation.kind == OperationKind::change && !operation.intent.empty();
        if (isChange)
            last = &operation;
        if (isChange && (operation.state == TicketState::done || !isEnded(operation.state)))
            counts = &operation;
        isNoted = isNoted ||
                  (operation.kind == OperationKind::note && episode.ended && operation.created + 1s >= *episode.ended);
    }
    const bool isResolved = last != nullptr && last->intent == "resolve";
    if (episode.state == EpisodeState::open)
    {
        if (counts != nullptr && counts->intent == "resolve")
            fail("live-outage", name + " lasts, and its ticket is resolved");
        if (real != nullptr && !real->statusByHuman && real->status == "Resolved" &&
            (last == nullptr || last->state == TicketState::done))
            fail("live-outage", name + " lasts, and the PSA's ticket is resolved");
        return;
    }
    const bool isUpdatable = ticket.state == TicketState::done && real != nullptr && !real->discarded();
    if (!isUpdatable || isSuperseded(episode) || hasOpenEpisode(ticket.id))
        return;
    const auto rule = now().definitions.find(episode.ruleId);
    const bool wantsNote = rule != now().definitions.end() && rule->second.name == "others";
    if (wantsNote ? !isNoted : !isResolved)
        fail("recovery", name + " is over, and its ticket was not told");
}

bool Invariants::isSuperseded(const StoredEpisode &episode) const
{
    return std::any_of(now().steps.begin(), now().steps.end(), [&](const auto &each) {
        return each.second.episodeId == episode.id && each.second.what == "superseded";
    });
}

bool Invariants::hasOpenEpisode(std::int64_t ticket) const
{
    return std::any_of(now().sourceEpisodes.begin(), now().sourceEpisodes.end(), [&](const auto &each) {
        return each.second.ticketId == ticket && each.second.state != EpisodeState::ended;
    });
}

/// Every ticket, and every note in it, is about its customer.
void Invariants::checkCompanies()
{
    const auto companyOf = [&](const std::string &key) {
        for (const Outage &outage : parts_.plan.outages)
            if (outage.key == key)
                return outage.customer;
        return 0;
    };
    for (const PsaTicket &ticket : parts_.psa.tickets())
    {
        const std::string mark = markIn(ticket.title);
        const std::string key = keyIn(ticket.title);
        const bool isStorm = mark.empty() && key.empty(); // "Many problems": of one customer
        const int wanted = isStorm        ? std::stoi("0" + ticket.company)
                           : mark.empty() ? companyOf(key)
                                          : 1 + std::stoi(mark.substr(1)) % 3;
        const std::string name = "the PSA's ticket \"" + ticket.title + "\"";
        if (wanted != 4 && ticket.company != std::to_string(wanted))
            fail("customer", name + " is for company \"" + ticket.company + "\", not " + std::to_string(wanted));
        for (const PsaNote &note : ticket.notes)
            if (const std::string of = keyIn(note.text); !of.empty() && companyOf(of) != wanted)
                fail("customer", name + " has a note about " + of + " of another customer");
    }
}

} // namespace psa::simulation
