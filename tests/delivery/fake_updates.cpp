#include "tests/delivery/fake_updates.h"

#include <algorithm>

namespace psa::test {

using net::HttpResponse;

namespace {

HttpResponse replied(unsigned status, std::string body)
{
    HttpResponse response;
    response.delivery = net::Delivery::answered;
    response.status = status;
    response.body = std::move(body);
    return response;
}

HttpResponse without(net::Delivery delivery, net::Reason reason)
{
    HttpResponse response;
    response.delivery = delivery;
    response.reason = reason;
    response.detail = "by the test";
    return response;
}

/// The response of a request with this fate, if it was done with this result.
HttpResponse responseOf(const FakeUpdates::Fate &fate, const std::string &result)
{
    if (!fate.leaves)
        return without(net::Delivery::notSent, net::Reason::connect);
    if (!fate.answers)
        return without(net::Delivery::noAnswer, net::Reason::closed);
    return replied(fate.status, fate.status == 200 ? result : "rejected");
}

bool isDone(const FakeUpdates::Fate &fate)
{
    return fate.leaves && fate.commits && fate.status == 200;
}

std::string partOf(const std::string &text, char end, std::size_t &at)
{
    const std::size_t to = std::min(text.find(end, at), text.size());
    const std::string part = text.substr(at, to - at);
    at = std::min(to + 1, text.size());
    return part;
}

} // namespace

bool FakeUpdates::exchange(const std::string &target, const net::HttpRequest &request, HttpResponse &response)
{
    std::size_t at = 1;
    const std::string what = partOf(target, '/', at);
    const std::string ticket = partOf(target, '/', at);
    const std::string last = target.substr(at);
    if (what == "notes")
        response = request.method == "POST"     ? addNote(ticket, request.body)
                   : request.method == "DELETE" ? removeNote(last)
                                                : findNotes(ticket, last);
    else if (what == "status")
        response = request.method == "PATCH" ? setStatus(ticket, request.body) : replied(200, tickets[ticket].status);
    else if (what == "activity")
        response = replied(activityStatus, tickets[ticket].status + " " + std::to_string(tickets[ticket].humanActs));
    else
        return false;
    ++requests;
    return true;
}

HttpResponse FakeUpdates::addNote(const std::string &ticket, const std::string &body)
{
    std::size_t at = 0;
    const std::string reference = partOf(body, '\n', at);
    const std::string visibility = partOf(body, '\n', at);
    const Fate fate = noteFate(reference);
    const std::string id = std::to_string(nextId_++);
    if (isDone(fate))
        notes.push_back({id, ticket, reference, body.substr(at), visibility, now() + fate.hiddenFor});
    return responseOf(fate, id);
}

HttpResponse FakeUpdates::findNotes(const std::string &ticket, const std::string &reference) const
{
    std::string ids;
    for (const Note &each : notes)
        if (each.ticket == ticket && each.reference == reference && each.visibleFrom <= now())
            ids += (ids.empty() ? "" : " ") + each.id;
    return replied(200, ids);
}

HttpResponse FakeUpdates::removeNote(const std::string &id)
{
    std::erase_if(notes, [&](const Note &each) { return each.id == id; });
    return replied(200, "");
}

HttpResponse FakeUpdates::setStatus(const std::string &ticket, const std::string &status)
{
    const Fate fate = statusFate(ticket);
    if (isDone(fate))
    {
        tickets[ticket].set.push_back(status);
        tickets[ticket].status = rule(status);
    }
    return responseOf(fate, status);
}

} // namespace psa::test
