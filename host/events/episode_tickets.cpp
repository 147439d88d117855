#include "host/events/episode_tickets.h"

#include "host/json/utf8.h"
#include "host/plugin/loaded_plugin.h"
#include "host/store/store_error.h"

namespace psa::events {
namespace {

using Poco::JSON::Object;

Object::Ptr noteRequest(const std::string &text)
{
    Object::Ptr request = new Object;
    request->set("text", text);
    return request;
}

/// A ticket for a customer whom no table knows waits for a human: without one it would go to some other customer.
void holdForReview(ticket::NewTicket &ticket, const CompanyChoice &company)
{
    if (ticket.state == ticket::TicketState::needsReview)
        ticket.reason.text = json::sentences(company.text, ticket.reason.text);
    else
        ticket.reason = {"unknown_customer", company.text};
    ticket.state = ticket::TicketState::needsReview;
}

} // namespace

EpisodeTickets::Live EpisodeTickets::connectionOf(const std::string &name, const std::string &uid,
                                                  std::string &why) const
{
    const Live live = connections_.find(name);
    if (!live)
        why = "there is no connection \"" + name + "\" any more; choose another one in the rule";
    else if (live->stored.uid != uid)
        why = "the connection \"" + name + "\" was removed and made again; save the rule again if it means the new one";
    else if (!live->plugin)
        why = "the connection \"" + name + "\" cannot work: " + live->trouble;
    return why.empty() ? live : nullptr;
}

std::int64_t EpisodeTickets::create(store::StoreWriter &writer, const connection::LiveConnection &connection,
                                    const TicketDraft &draft, const std::string &who) const
{
    ticket::NewTicket ticket = tickets_.prepare(connection, draft.request);
    if (draft.company.review)
        holdForReview(ticket, draft.company);
    else if (!draft.company.text.empty())
        ticket.warnings.push_back(draft.company.text);
    return service::TicketService::insert(writer, ticket, who).id;
}

TicketChange EpisodeTickets::note(store::StoreWriter &writer, const store::StoredEpisode &episode,
                                  const std::string &text, const std::string &who) const
{
    return update(writer, episode, service::Update::note, noteRequest(text), who);
}

TicketChange EpisodeTickets::resolve(store::StoreWriter &writer, const store::StoredEpisode &episode,
                                     const std::string &text, bool ifUntouched, const std::string &who) const
{
    Object::Ptr request = new Object;
    request->set("note", text);
    request->set("kind", "resolution");
    if (ifUntouched)
        request->set("ifUntouched", true);
    TicketChange resolved = update(writer, episode, service::Update::resolve, request, who);
    if (resolved.done)
        return resolved;
    TicketChange noted = update(writer, episode, service::Update::note, noteRequest(text), who);
    noted.why =
        noted.done ? json::sentences("It was noted, but the ticket could not be resolved", resolved.why) : noted.why;
    return noted;
}

TicketChange EpisodeTickets::reopen(store::StoreWriter &writer, const store::StoredEpisode &episode,
                                    const std::string &text, const std::string &who) const
{
    Object::Ptr request = new Object;
    request->set("note", text);
    return update(writer, episode, service::Update::reopen, request, who);
}

bool EpisodeTickets::isResolved(const store::StoreReader &reader, std::int64_t ticketId)
{
    bool resolved = false;
    for (const ticket::StoredOperation &each : reader.operationsOf(ticketId))
    {
        const bool counts = each.state == ticket::TicketState::done || !ticket::isEnded(each.state);
        if (each.kind == ticket::OperationKind::change && !each.intent.empty() && counts)
            resolved = each.intent == service::toText(service::Update::resolve);
    }
    return resolved;
}

TicketChange EpisodeTickets::update(store::StoreWriter &writer, const store::StoredEpisode &episode,
                                    service::Update update, const Object::Ptr &request, const std::string &who) const
try
{
    TicketChange change;
    const Live live = connectionOf(episode.connection, episode.connectionUid, change.why);
    if (!live)
        return change;
    tickets_.insertUpdate(writer, update, episode.ticketId, *live, request, who);
    change.done = true;
    return change;
}
catch (const ticket::ActionNotAllowed &error)
{
    return {false, error.what()};
}
catch (const service::UpdateNotSupported &error)
{
    return {false, error.what()};
}
catch (const service::ValueRefused &error)
{
    return {false, error.what()};
}
catch (const store::StoreError &error)
{
    if (error.kind != store::StoreError::Kind::notFound)
        throw;
    return {false, "the ticket is not kept any more"};
}

} // namespace psa::events
