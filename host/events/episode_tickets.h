#pragma once

#include "host/connection/connections.h"
#include "host/events/ticket_draft.h"
#include "host/service/ticket_service.h"
#include "host/store/event_records.h"
#include "host/store/store.h"

#include <optional>
#include <string>

namespace psa::events {

/// A change of a ticket that was asked for inside a transaction.
struct TicketChange
{
    bool done = false; ///< It is stored, and becomes durable with the transaction.
    std::string why;   ///< Why not, for people.
};

/// Creates and updates the tickets of episodes, inside the transaction in which that is decided. Thread-safe.
class EpisodeTickets
{
public:
    using Live = connection::Connections::Live;

    EpisodeTickets(const connection::Connections &connections, const service::TicketService &tickets)
        : connections_(connections), tickets_(tickets)
    {
    }

    /// The connection that was meant: one with this name and uid, with a plugin. nullptr = it cannot be used; `why`
    /// says why and what to do.
    Live connectionOf(const std::string &name, const std::string &uid, std::string &why) const;

    /// Returns the number of the new ticket.
    std::int64_t create(store::StoreWriter &writer, const connection::LiveConnection &connection,
                        const TicketDraft &draft, const std::string &who) const;

    /// Adds a note.
    TicketChange note(store::StoreWriter &writer, const store::StoredEpisode &episode, const std::string &text,
                      const std::string &who) const;
    /// Resolves it with a note, or, if its connection names no status for that, only adds the note.
    TicketChange resolve(store::StoreWriter &writer, const store::StoredEpisode &episode, const std::string &text,
                         bool ifUntouched, const std::string &who) const;
    TicketChange reopen(store::StoreWriter &writer, const store::StoredEpisode &episode, const std::string &text,
                        const std::string &who) const;
    /// Whether psa-host has resolved the ticket, or is about to, and has not reopened it since. Otherwise it is open, as far
    /// as psa-host knows: to reopen it would replace the status that a human gave it.
    static bool isResolved(const store::StoreReader &reader, std::int64_t ticketId);

private:
    TicketChange update(store::StoreWriter &writer, const store::StoredEpisode &episode, service::Update update,
                        const Poco::JSON::Object::Ptr &request, const std::string &who) const;

    const connection::Connections &connections_;
    const service::TicketService &tickets_;
};

} // namespace psa::events
