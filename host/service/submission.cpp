#include "host/service/submission.h"

#include "host/ticket/transitions.h"

#include <algorithm>

namespace psa::service {
namespace {

bool isSettled(const Accepted &accepted)
{
    return ticket::isSettled(accepted.ticket.state);
}

/// Notes and changes of a ticket that a human has to decide on wait as long as the ticket.
bool isSettled(const AcceptedUpdate &accepted)
{
    const ticket::TicketState ticket = accepted.ticket.state;
    const bool noTurn = ticket::isSettled(ticket) && ticket != ticket::TicketState::done;
    return std::all_of(accepted.operations.begin(), accepted.operations.end(), [&](const auto &each) {
        return ticket::isSettled(each.state) || (noTurn && ticket::waitsItsTurn(each));
    });
}

/// What was deleted meanwhile stays as it was.
void refresh(const store::StoreReader &reader, Accepted &accepted)
{
    if (auto ticket = reader.ticket(accepted.ticket.id))
        accepted.ticket = std::move(*ticket);
}

void refresh(const store::StoreReader &reader, AcceptedUpdate &accepted)
{
    if (auto ticket = reader.ticketRow(accepted.ticket.id))
        accepted.ticket = std::move(*ticket);
    for (ticket::StoredOperation &each : accepted.operations)
        if (auto operation = reader.operation(each.id))
            each = std::move(*operation);
}

} // namespace

template <class Stored>
void Submission<Stored>::start(ResultCallback told)
{
    onResult_ = std::move(told);
    storeIt_([self = this->shared_from_this()](const Result &get) { self->stored(get); });
}

template <class Stored>
void Submission<Stored>::respondNow()
{
    {
        const std::lock_guard lock(mutex_);
        waits_ = false;
        if (id_ == 0)
            return; // it ends as soon as it is stored
    }
    ticketChanged();
}

template <class Stored>
void Submission<Stored>::stored(const Result &get)
try
{
    Stored accepted = get();
    {
        const std::lock_guard lock(mutex_);
        accepted_ = std::move(accepted);
        id_ = accepted_.ticket.id;
    }
    if (!keepsWaiting())
        return give();
    changes_.add(id_, this->shared_from_this());
    ticketChanged(); // it may have been settled before it was watched
}
catch (...)
{
    end([failure = std::current_exception()]() -> Stored { std::rethrow_exception(failure); });
}

template <class Stored>
bool Submission<Stored>::keepsWaiting()
{
    const std::lock_guard lock(mutex_);
    return waits_ && !isSettled(accepted_);
}

template <class Stored>
void Submission<Stored>::ticketChanged()
{
    Stored known;
    {
        const std::lock_guard lock(mutex_);
        if (!onResult_)
            return; // already given
        known = accepted_;
    }
    store_.readLater(
        [known = std::move(known)](const store::StoreReader &reader) {
            Stored now = known;
            refresh(reader, now);
            return now;
        },
        [weak = this->weak_from_this()](const Result &get) {
            if (const auto self = weak.lock())
                self->seen(get);
        });
}

/// It is durable: if it cannot be read, that is not the caller's problem.
template <class Stored>
void Submission<Stored>::seen(const Result &get)
{
    std::optional<Stored> now;
    try
    {
        now = get();
    }
    catch (const std::exception &) // NOLINT(bugprone-empty-catch)
    {
    }
    {
        const std::lock_guard lock(mutex_);
        if (!onResult_)
            return; // already given
        if (now)
            accepted_ = std::move(*now);
    }
    if (!keepsWaiting())
        give();
}

/// Gives the latest known state.
template <class Stored>
void Submission<Stored>::give()
{
    end([self = this->shared_from_this()] { return self->accepted_; });
}

/// Only the first result counts.
template <class Stored>
void Submission<Stored>::end(Result result)
{
    ResultCallback told;
    {
        const std::lock_guard lock(mutex_);
        told = std::exchange(onResult_, nullptr);
    }
    if (told)
        told(std::move(result));
}

template class Submission<Accepted>;
template class Submission<AcceptedUpdate>;

} // namespace psa::service
