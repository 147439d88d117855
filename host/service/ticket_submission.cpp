#include "host/service/ticket_submission.h"

namespace psa::service {

void TicketSubmission::start(ResultCallback told)
{
    onResult_ = std::move(told);
    service_.storeLater(std::move(ticket_), who_,
                        [self = shared_from_this()](const Result &get) { self->stored(get); });
}

void TicketSubmission::respondNow()
{
    {
        const std::lock_guard lock(mutex_);
        waits_ = false;
        if (id_ == 0)
            return; // it ends as soon as it is stored
    }
    ticketChanged();
}

void TicketSubmission::stored(const Result &get)
try
{
    Accepted accepted = get();
    {
        const std::lock_guard lock(mutex_);
        accepted_ = std::move(accepted);
        id_ = accepted_.ticket.id;
        if (waits_ && !ticket::isSettled(accepted_.ticket.state))
            return changes_.add(accepted_.ticket.id, shared_from_this());
    }
    give();
}
catch (...)
{
    end([failure = std::current_exception()]() -> Accepted { std::rethrow_exception(failure); });
}

void TicketSubmission::ticketChanged()
{
    store_.readLater([id = id_.load()](const store::StoreReader &reader) { return reader.ticket(id); },
                     [weak = weak_from_this()](const auto &ticket) {
                         if (const auto self = weak.lock())
                             self->seen(ticket);
                     });
}

/// The ticket is durable: if it cannot be read, or was deleted, that is not the caller's problem.
void TicketSubmission::seen(const std::function<std::optional<ticket::StoredTicket>()> &get)
{
    std::optional<ticket::StoredTicket> ticket;
    try
    {
        ticket = get();
    }
    catch (const std::exception &) // NOLINT(bugprone-empty-catch)
    {
    }
    {
        const std::lock_guard lock(mutex_);
        if (!onResult_)
            return; // already given
        if (ticket)
            accepted_.ticket = std::move(*ticket);
        if (waits_ && !ticket::isSettled(accepted_.ticket.state))
            return;
    }
    give();
}

/// Gives the latest known state of the ticket.
void TicketSubmission::give()
{
    end([self = shared_from_this()] { return self->accepted_; });
}

/// Only the first result counts.
void TicketSubmission::end(Result result)
{
    ResultCallback told;
    {
        const std::lock_guard lock(mutex_);
        told = std::exchange(onResult_, nullptr);
    }
    if (told)
        told(std::move(result));
}

} // namespace psa::service
