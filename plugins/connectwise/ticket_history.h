#pragma once

#include "client.h"
#include "identity.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace psa::plugins::connectwise {

/// Something that somebody did to a ticket.
struct Act
{
    std::string key;     ///< The same for the same act, whenever it is read.
    std::int64_t at = 0; ///< Milliseconds since 1970; 0 = not known.
    std::string who;     ///< As ConnectWise names them there.
    std::string what;    ///< One sentence.
    Author author = Author::unknown;
    bool inTrail = false; ///< From the audit trail, which repeats what the other lists have.
};

/// What ConnectWise keeps of a ticket's life; each list costs one request. A list that the role may not see, or that
/// this site does not have, counts as not read.
class TicketHistory
{
public:
    /// All must outlive it.
    TicketHistory(Client &client, std::string_view ticketId, const std::string &own)
        : client_(client), ticketId_(ticketId), own_(own)
    {
    }

    /// Notes of the ticket and of its time entries.
    bool readNotes();
    bool readAuditTrail();
    bool readTimeEntries();

    const std::vector<Act> &acts() const { return acts_; }

private:
    Array::Ptr read(const std::string &path, Search search);
    void addNote(const Object &row);
    void addTimeEntry(const Object &row);
    void addTrailEntry(const Object &row);
    Author author(const std::string &who) const { return authorOf(client_.configuration(), own_, who); }

    Client &client_;
    std::string ticketId_;
    const std::string &own_;
    std::vector<Act> acts_;
};

} // namespace psa::plugins::connectwise
