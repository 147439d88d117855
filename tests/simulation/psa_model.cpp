#include "tests/simulation/psa_model.h"

#include "host/json/json_text.h"

#include <Poco/JSON/Object.h>

#include <algorithm>

namespace psa::simulation {
namespace {

using namespace psa::net;
using namespace std::chrono_literals;

constexpr auto longestDelay = 25s;

HttpResponse withoutAnswer(Delivery delivery, Reason reason, const std::string &detail)
{
    HttpResponse response;
    response.delivery = delivery;
    response.reason = reason;
    response.detail = detail;
    return response;
}

std::string textIn(const Poco::JSON::Object &document, const char *name)
{
    return document.has(name) ? document.get(name).convert<std::string>() : std::string();
}

bool isStopped(const Stop &stop)
{
    return stop.cancelled() || clock::RunningClock::now() >= stop.deadline;
}

} // namespace

enum class PsaModel::Fate
{
    fine,
    unreachable,
    lostBefore,
    lostAfter,
    failed,
    failedAfter,
    rejected,
    limited,
    forbidden
};

PsaModel::Fate PsaModel::drawFate(const std::string &connection, bool mutates)
{
    const PsaWeather &now = weather[connection];
    auto drawn = static_cast<int>(random_.below(1000));
    const auto hits = [&drawn](int perMille) { return (drawn -= perMille) < 0; };
    if (hits(now.unreachable))
        return Fate::unreachable;
    if (hits(now.lostBefore))
        return Fate::lostBefore;
    if (hits(now.lostAfter))
        return Fate::lostAfter;
    if (hits(now.failed))
        return Fate::failed;
    if (hits(now.failedAfter))
        return mutates ? Fate::failedAfter : Fate::failed;
    if (hits(now.rejected))
        return mutates ? Fate::rejected : Fate::fine;
    if (hits(now.limited))
        return Fate::limited;
    return hits(now.forbidden) ? Fate::forbidden : Fate::fine;
}

SimTime PsaModel::within(std::chrono::milliseconds least, std::chrono::milliseconds most)
{
    return SimTime(random_.between(SimTime(least).count(), SimTime(most).count()));
}

HttpResponse PsaModel::exchange(int host, const std::string &connection, const std::string &target,
                                const HttpRequest &request, const Stop &stop)
try
{
    const SimTime admitted = time_.now();
    const Fate fate = drawFate(connection, request.mutates);
    const bool slow = random_.chance(weather[connection].slow);
    waitForAnswer(time_.now() + (slow ? within(1s, longestDelay) : within(1ms, 100ms)), stop);
    throwIfStopped(stop, "connecting");
    if (fate == Fate::unreachable)
        return withoutAnswer(Delivery::notSent, Reason::connect, "connection refused");
    throwUnlessMayLeave(stop);
    leaves(host, connection, request, admitted);
    time_.note(request.method + " " + request.url);
    const bool isDone = fate == Fate::fine || fate == Fate::lostAfter || fate == Fate::failedAfter;
    const auto answer = carryOut(connection, target, request, isDone);
    if (fate == Fate::lostBefore || fate == Fate::lostAfter)
    {
        waitForAnswer(time_.now() + (random_.chance(500) ? within(10ms, 2s) : within(2s, longestDelay)), stop);
        return withoutAnswer(Delivery::noAnswer, Reason::closed, "the connection was lost");
    }
    const bool slowAnswer = random_.chance(weather[connection].slowAnswer);
    waitForAnswer(time_.now() + 600ms + (slowAnswer ? within(1s, longestDelay) : within(1ms, 500ms)), stop);
    if (isStopped(stop))
        return withoutAnswer(Delivery::noAnswer, stop.cancelled() ? Reason::cancelled : Reason::timeout, "no answer");
    HttpResponse response = withoutAnswer(Delivery::answered, Reason::none, "");
    response.status = fate == Fate::failed || fate == Fate::failedAfter ? 500U
                      : fate == Fate::rejected                          ? 400U
                      : fate == Fate::limited                           ? 429U
                      : fate == Fate::forbidden                         ? 403U
                                                                        : answer->status;
    if (fate == Fate::limited)
        response.headers.push_back({"Retry-After", std::to_string(random_.between(1, 40)), false});
    response.body = answer->body;
    return response;
}
catch (const NetError &error)
{
    return withoutAnswer(Delivery::notSent, error.reason, error.what());
}

/// It is done a moment after it has left; its answer takes at least as long.
std::shared_ptr<PsaModel::Answer> PsaModel::carryOut(const std::string &connection, const std::string &target,
                                                     const HttpRequest &request, bool isDone)
{
    auto result = std::make_shared<Answer>();
    if (isDone)
        time_.at(time_.now() + within(1ms, 500ms), [this, connection, target, request, result, left = time_.now()] {
            *result = answer(connection, target, request, left);
        });
    return result;
}

void PsaModel::waitForAnswer(SimTime until, const Stop &stop)
{
    while (time_.now() < until && !isStopped(stop))
        time_.sleep(std::min<SimTime>(until - time_.now(), 500ms));
}

/// A little less than the longestDelay, since hosts measure from when they hear that it is not known.
SimTime PsaModel::visibleFrom(SimTime left, std::chrono::seconds quiet)
{
    return random_.chance(600) ? time_.now() : std::max(time_.now(), left + within(0ms, quiet - 2s));
}

PsaModel::Answer PsaModel::answer(const std::string &connection, const std::string &target, const HttpRequest &request,
                                  SimTime left)
{
    if (target == "/tickets")
        return create(connection, request.body, left);
    if (target.starts_with("/find/"))
        return search(connection, target.substr(6));
    const std::string rest = target.substr(std::string("/tickets/").size());
    const auto end = rest.find('/');
    PsaTicket *const ticket = find(rest.substr(0, end));
    if (ticket == nullptr)
        return {404, ""};
    return ofTicket(*ticket, request.method, end == std::string::npos ? "" : rest.substr(end + 1), request.body, left);
}

PsaModel::Answer PsaModel::ofTicket(PsaTicket &ticket, const std::string &method, const std::string &rest,
                                    const std::string &body, SimTime left)
{
    if (rest == "activity")
    {
        const bool closed = ticket.status == "Closed" || ticket.status == "Resolved";
        return {200, std::to_string(ticket.humanActs.size()) + "\n" + ticket.status + "\n" + (closed ? "1" : "0") +
                         "\n" +
                         (ticket.deleted ? "deleted"
                          : ticket.into  ? *ticket.into
                                         : "")};
    }
    if (ticket.deleted)
        return {404, ""};
    if (rest == "notes")
        return ticket.into ? Answer{409, ""} : addNote(ticket, body, left);
    if (method == "DELETE")
    {
        for (PsaNote &each : ticket.notes)
            each.removed = each.removed || each.id == rest.substr(6);
        return {200, ""};
    }
    if (rest.starts_with("notes/"))
    {
        std::string ids;
        for (const PsaNote &each : ticket.notes)
            if (each.reference == rest.substr(6) && !each.removed && each.visible <= time_.now())
                ids += each.id + "\n";
        return {200, ids};
    }
    if (method == "PUT")
        return ticket.into ? Answer{409, ""} : change(ticket, body);
    return {200, ticket.status + "\n" + ticket.priority};
}

PsaModel::Answer PsaModel::create(const std::string &connection, const std::string &body, SimTime left)
{
    const auto document = json::parseObject(body);
    const auto wanted = document->getObject("ticket");
    PsaTicket ticket;
    ticket.id = std::to_string(++ids_);
    ticket.connection = connection;
    ticket.reference = textIn(*document, "reference");
    ticket.title = textIn(*wanted, "title");
    ticket.company = textIn(*wanted, "company");
    ticket.priority = textIn(*wanted, "priority");
    ticket.at = time_.now();
    ticket.visible = visibleFrom(left, ticketQuiet);
    tickets_.push_back(ticket);
    return {201, ticket.id};
}

PsaModel::Answer PsaModel::addNote(PsaTicket &ticket, const std::string &body, SimTime left)
{
    const auto document = json::parseObject(body);
    PsaNote note;
    note.id = std::to_string(++ids_);
    note.reference = textIn(*document, "reference");
    note.text = textIn(*document->getObject("note"), "text");
    note.at = time_.now();
    note.visible = visibleFrom(left, noteQuiet);
    ticket.notes.push_back(note);
    return {201, note.id};
}

PsaModel::Answer PsaModel::change(PsaTicket &ticket, const std::string &body) const
{
    const auto document = json::parseObject(body);
    if (document->has("status"))
    {
        ticket.status = textIn(*document, "status");
        ticket.statusByHuman = false;
    }
    if (document->has("priority"))
        ticket.priority = textIn(*document, "priority");
    return {200, ""};
}

PsaModel::Answer PsaModel::search(const std::string &connection, const std::string &reference) const
{
    std::string ids;
    for (const PsaTicket &each : tickets_)
        if (each.connection == connection && each.reference == reference && !each.deleted &&
            each.visible <= time_.now())
            ids += each.id + "\n";
    return {200, ids};
}

PsaTicket *PsaModel::find(const std::string &id)
{
    const auto at = std::find_if(tickets_.begin(), tickets_.end(), [&](const auto &each) { return each.id == id; });
    return at == tickets_.end() ? nullptr : &*at;
}

std::string PsaModel::human(const std::string &connection, HumanAct act, std::uint64_t which)
{
    std::vector<PsaTicket *> all;
    for (PsaTicket &each : tickets_)
        if (each.connection == connection && !each.discarded())
            all.push_back(&each);
    if (all.empty() || (act == HumanAct::merge && all.size() < 2))
        return "nothing: there is no such ticket";
    PsaTicket &ticket = *all[which % all.size()];
    ticket.humanActs.push_back(time_.now());
    switch (act)
    {
    case HumanAct::note:
        return "wrote a note in ticket " + ticket.id;
    case HumanAct::work:
    case HumanAct::close:
        ticket.status = act == HumanAct::work ? "Working" : "Closed";
        ticket.statusByHuman = true;
        return "set ticket " + ticket.id + " to " + ticket.status;
    case HumanAct::merge:
        ticket.into = all[(which + 1) % all.size()]->id;
        return "merged ticket " + ticket.id + " into " + *ticket.into;
    case HumanAct::remove:
        ticket.deleted = true;
        return "deleted ticket " + ticket.id;
    }
    return "";
}

} // namespace psa::simulation
