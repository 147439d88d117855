#pragma once

#include "host/service/ticket_service.h"

#include <exception>

namespace psa::service {

/// What a human does with many tickets at once.
struct BulkAction
{
    enum class Kind
    {
        retry,
        discard,
        link
    };
    Kind kind = Kind::retry;
    std::optional<bool> verifyFirst; ///< As for TicketService::retry().
    Poco::JSON::Object::Ptr changes; ///< Likewise.
    std::string reason;              ///< As for TicketService::discard().
    bool dryRun = false;             ///< Only check what would be done.
    /// Of the notes and changes of tickets in the PSA only those that such a query finds; nullopt = all that need a human.
    std::optional<store::TicketQuery> found;
};

/// A ticket to act on.
struct BulkTarget
{
    std::string name;      ///< Its number or reference.
    std::string psaTicket; ///< To be linked to it; "" for other actions.
};

/// What became of one ticket.
struct BulkResult
{
    std::string name;                                       ///< As in the target.
    std::int64_t id = 0;                                    ///< 0 = there is no such ticket.
    ticket::TicketState state = ticket::TicketState::ready; ///< As it is now.
    /// What the action on a single ticket would have thrown; null = it is done.
    std::exception_ptr failure;
};

/// Actions on many tickets: each in its own transaction, so that the failure of one does not stop the others. Thread-safe.
class BulkActions
{
public:
    /// Maximum number of tickets in one call, and of links, each of which reads a ticket from the PSA.
    static constexpr std::size_t maxTickets = 1000;
    static constexpr std::size_t maxLinks = 100;

    BulkActions(TicketService &tickets, store::Store &store) : tickets_(tickets), store_(store) {}

    /// The tickets that `query` finds, at most maxTickets, newest first.
    struct Found
    {
        std::vector<BulkTarget> targets;
        bool more = false; ///< There are more.
    };
    Found find(store::TicketQuery query) const;

    /// `mayUse`: tickets of other connections count as unknown.
    std::vector<BulkResult> apply(const BulkAction &action, const std::vector<BulkTarget> &targets,
                                  const std::function<bool(const std::string &connection)> &mayUse,
                                  const std::string &who);

private:
    ticket::TicketState one(const BulkAction &action, const BulkTarget &target, const ticket::StoredTicket &ticket,
                            const std::string &who);
    void check(const BulkAction &action, const ticket::StoredTicket &ticket) const;
    void onOperations(const BulkAction &action, const ticket::StoredTicket &ticket, const std::string &who);

    TicketService &tickets_;
    store::Store &store_;
};

} // namespace psa::service
