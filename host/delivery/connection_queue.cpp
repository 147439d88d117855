#include "host/delivery/connection_queue.h"

#include "host/delivery/settlement.h"
#include "host/delivery/ticket_steps.h"
#include "host/json/json_text.h"
#include "host/plugin/loaded_plugin.h"

#include <algorithm>
#include <tuple>

namespace psa::delivery {
namespace {

/// The reference that a probe looks up. No ticket has it: real references have another format.
constexpr const char *probeReference = "psa-host-probe";

bool canReconcile(const connection::Connection &connection)
{
    return connection.plugin().offers(plugin::Verb::findTicket);
}

/// nullopt unless it needs a human now and did not before.
std::optional<notify::Notice> noticeOf(const ticket::StoredTicket &ticket, const ticket::TicketSettlement &settlement)
{
    if (!ticket::needsHuman(settlement.state) || settlement.state == ticket.state)
        return std::nullopt;
    return notify::Notice{std::string("ticket.") + ticket::toText(settlement.state),
                          ticket.connection,
                          ticket.id,
                          ticket.reference,
                          settlement.reason.code,
                          settlement.reason.text};
}

plugin::CallOutcome create(connection::Connection &connection, const ticket::StoredTicket &ticket,
                           const connection::CallOptions &options)
{
    std::string damage;
    json::parseStored(ticket.ticketJson, damage);
    if (damage.empty())
        return connection.createTicket(ticket.reference, ticket.ticketJson, options);
    plugin::CallOutcome refused =
        plugin::failed(PSA_INVALID_TICKET, "The ticket that was built for the PSA cannot be read: " + damage,
                       "Retry it, which builds it again, or discard it.");
    refused.error->field = "ticket"; // a human can correct it
    return refused;
}

/// The reason of a pause after crashes of the plugin.
std::string crashReason(const connection::Connection &connection, const plugin::CallOutcome &outcome)
{
    return "The plugin " + connection.plugin().build() +
           " crashed over different tickets. The last time: " + outcome.error->message +
           " psa-host tries again by itself. Update the plugin, or report this message to its maker.";
}

/// Says that a ticket exists after a human was told that it was dead.
std::string logMessageOf(const ticket::StoredTicket &ticket, const ticket::TicketSettlement &settlement)
{
    if (ticket.state != ticket::TicketState::dead || settlement.state != ticket::TicketState::done)
        return {};
    return "Ticket " + std::to_string(ticket.id) + " of " + ticket.connection + " is done. " + settlement.reason.text;
}

} // namespace

ConnectionQueue::ConnectionQueue(ConnectionQueueParts parts, std::shared_ptr<connection::Connection> connection,
                                 const DeliveryPolicy &policy, const std::string &breakerJson)
    : parts_(std::move(parts)), name_(connection->name()), names_(parts_.store, parts_.clock, name_), policy_(policy),
      connection_(std::move(connection)), breaker_(policy)
{
    restoreBreaker(breaker_, breakerJson, parts_.clock->now());
    restoreLogin(connection_->login(), breakerJson);
    pauseIfRefused();
}

/// Requires the lock, or that there is no other thread yet.
void ConnectionQueue::pauseIfRefused()
{
    if (const auto refusal = connection_->login().refusal())
        breaker_.pause(Pause::auth, refusal->error.message, parts_.clock->now(), refusal->since);
}

std::pair<std::shared_ptr<connection::Connection>, DeliveryPolicy> ConnectionQueue::present() const
{
    const std::lock_guard lock(mutex_);
    return {connection_, policy_};
}

ConnectionQueue::Allowed ConnectionQueue::allowed() const
{
    const std::lock_guard lock(mutex_);
    const Pause pause = breaker_.state();
    const bool limited = limitedUntil_ && *limitedUntil_ > parts_.clock->now();
    Allowed allowed;
    allowed.send = !stopped_ && pause == Pause::none && !limited;
    if (!stopped_ && pause == Pause::none && limited)
        allowed.sendFrom = limitedUntil_;
    allowed.reconcile = !stopped_ && allowsLookups(pause); // a limit leaves them their part of the budget
    allowed.build = connection_->plugin().build();
    return allowed;
}

std::optional<ConnectionQueue::Work> ConnectionQueue::claim()
{
    const Allowed may = allowed();
    auto work = parts_.store.write([&](store::StoreWriter &writer) { return claimIn(writer, may); });
    count(nullptr, work.has_value());
    return work;
}

void ConnectionQueue::settle(const Done &done)
{
    const bool settled = parts_.store.write([&](store::StoreWriter &writer) { return settleIn(writer, done); });
    count(&done, false);
    tell(done, settled);
}

std::optional<ConnectionQueue::Work> ConnectionQueue::settleAndClaim(const Done &done)
{
    const Allowed may = allowed();
    auto [settled, work] = parts_.store.write([&](store::StoreWriter &writer) {
        const bool wasSettled = settleIn(writer, done);
        return std::pair(wasSettled, claimIn(writer, may));
    });
    count(&done, work.has_value());
    tell(done, settled);
    return std::move(work);
}

std::optional<ConnectionQueue::Work> ConnectionQueue::claimIn(store::StoreWriter &writer, const Allowed &may) const
{
    for (const auto &[allowed, purpose] :
         {std::pair(may.reconcile, ticket::ClaimFor::reconciling), std::pair(may.send, ticket::ClaimFor::sending)})
    {
        if (!allowed)
            continue;
        std::vector<ticket::StoredTicket> claimed = claimTickets(writer, {name_, purpose, 1, may.build});
        if (!claimed.empty())
            return Work{std::move(claimed.front()), purpose};
    }
    return std::nullopt;
}

bool ConnectionQueue::settleIn(store::StoreWriter &writer, const Done &done)
{
    const bool settled = settleTicket(writer, *done.audit.ticketId, done.fence, done.settlement);
    writer.appendAudit(done.audit);
    return settled;
}

void ConnectionQueue::count(const Done *done, bool claimed)
{
    const std::lock_guard lock(mutex_);
    underWay_ += (claimed ? 1U : 0U);
    if (done == nullptr)
        return;
    --underWay_;
    tally_.count(done->purpose == ticket::ClaimFor::sending, done->settlement.state, done->took);
}

void ConnectionQueue::tell(const Done &done, bool settled) const
{
    if (!settled)
        return parts_.log(
            "Ticket " + std::to_string(*done.audit.ticketId) + " of " + name_ +
            " was changed manually while an attempt was in progress; the audit log has the result of the attempt.");
    parts_.point("settled");
    if (done.notice)
        parts_.notify(*done.notice);
    if (!done.logMessage.empty())
        parts_.log(done.logMessage);
}

ConnectionQueue::Called ConnectionQueue::make(const Work &work)
{
    Called called;
    std::tie(called.connection, called.policy) = present();
    called.exchanges = std::make_shared<ExchangeLog>();
    connection::CallOptions options;
    options.time = called.policy.callTime;
    // Owns what it uses: a request of an abandoned call may finish long after this one.
    options.observer = [exchanges = called.exchanges, point = parts_.point](const net::Exchange &exchange) {
        point("exchanged");
        exchanges->add(exchange);
    };
    const bool sends = work.purpose == ticket::ClaimFor::sending;
    options.use = sends ? net::BudgetUse::ordinary : net::BudgetUse::reconciliation;
    // Another crash then affects no other call, and its cause is certain.
    options.sharing = work.ticket.crashes > 0 ? plugin::Sharing::alone : plugin::Sharing::shared;
    called.began = parts_.clock->now();
    parts_.point("claimed");
    called.outcome = sends ? create(*called.connection, work.ticket, options)
                           : called.connection->findTicket(work.ticket.reference, options);
    parts_.point("called");
    return called;
}

ConnectionQueue::Done ConnectionQueue::conclude(const Work &work, const Called &called)
{
    const bool sends = work.purpose == ticket::ClaimFor::sending;
    const AttemptFacts facts{work.ticket, parts_.clock->wallNow(), canReconcile(*called.connection),
                             called.connection->usage().hasSpare()};
    Done done;
    done.purpose = work.purpose;
    done.fence = work.ticket.fence;
    done.took = parts_.clock->now() - called.began;
    done.settlement = sends ? settleAttempt(called.outcome, facts, called.policy, parts_.random)
                            : settleReconciliation(called.outcome, facts, called.policy);
    done.audit = attemptEntry(work.ticket, sends ? "ticket.attempt" : "ticket.reconcile", called.outcome,
                              done.settlement, *called.exchanges);
    done.notice = noticeOf(work.ticket, done.settlement);
    done.logMessage = logMessageOf(work.ticket, done.settlement);
    react(work, called);
    return done;
}

void ConnectionQueue::changeBreakerIfCurrent(const connection::Connection *connection,
                                             const std::function<void(Breaker &)> &change)
{
    changeBreaker([&](Breaker &breaker) {
        if (connection == connection_.get())
            change(breaker);
    });
}

/// Draws conclusions about the connection from an outcome.
void ConnectionQueue::react(const Work &work, const Called &called)
{
    const clock::Clock::Moment now = parts_.clock->moment();
    const plugin::CallOutcome &outcome = called.outcome;
    const connection::Connection *connection = called.connection.get();
    if (outcome.ended == plugin::Ended::died && !outcome.alone)
        return; // another call may have caused the crash
    if (outcome.ended == plugin::Ended::died)
        return changeBreakerIfCurrent(connection, [&](Breaker &breaker) {
            breaker.crashed(work.ticket.id, crashReason(*connection, outcome), now);
        });
    if (outcome.ok())
        return changeBreakerIfCurrent(connection, [](Breaker &breaker) { breaker.succeeded(); });
    const plugin::PluginError &error = *outcome.error;
    switch (error.status)
    {
    case PSA_AUTH:
        return changeBreakerIfCurrent(connection,
                                      [&](Breaker &breaker) { breaker.pause(Pause::auth, error.message, now); });
    case PSA_PERMISSION:
        return changeBreakerIfCurrent(connection,
                                      [&](Breaker &breaker) { breaker.pause(Pause::permission, error.message, now); });
    case PSA_UNAVAILABLE:
    case PSA_TIMEOUT:
    case PSA_OUTCOME_UNKNOWN:
        return changeBreakerIfCurrent(connection, [&](Breaker &breaker) { breaker.failed(error.message, now); });
    case PSA_RATE_LIMITED:
        if (work.purpose == ticket::ClaimFor::sending)
        {
            const std::lock_guard lock(mutex_);
            if (connection == connection_.get())
                limitedUntil_ = now.steady + (error.retryAfterMs > 0 ? std::chrono::milliseconds(error.retryAfterMs)
                                                                     : policy_.rateLimitWait);
        }
        return;
    default:
        if (outcome.mutation == plugin::MutationSeen::answered)
            changeBreakerIfCurrent(connection, [](Breaker &breaker) { breaker.succeeded(); });
    }
}

bool ConnectionQueue::probe()
{
    std::shared_ptr<connection::Connection> connection;
    connection::CallOptions options;
    {
        const std::lock_guard lock(mutex_);
        const auto at = breaker_.probeAt();
        if (stopped_ || probing_ || !at || *at > parts_.clock->now())
            return false;
        probing_ = true;
        connection = connection_;
        options.time = policy_.callTime;
    }
    options.use = net::BudgetUse::reconciliation;
    const plugin::CallOutcome outcome =
        canReconcile(*connection) ? connection->findTicket(probeReference, options) : connection->test(options);
    changeBreaker([&](Breaker &breaker) {
        probing_ = false;
        if (connection != connection_)
            return;
        const clock::Clock::Moment now = parts_.clock->moment();
        if (outcome.ok())
            breaker.probePassed();
        else if (outcome.error->status == PSA_AUTH)
            breaker.pause(Pause::auth, outcome.error->message, now);
        else
            breaker.probeFailed(outcome.ended == plugin::Ended::died ? crashReason(*connection, outcome)
                                                                     : outcome.error->message,
                                now.steady);
    });
    return true;
}

bool ConnectionQueue::readNames()
{
    std::shared_ptr<connection::Connection> connection;
    {
        const std::lock_guard lock(mutex_);
        const bool limited = limitedUntil_ && *limitedUntil_ > parts_.clock->now();
        if (stopped_ || learning_ || breaker_.state() != Pause::none || limited)
            return false;
        learning_ = true;
        connection = connection_;
    }
    const auto end = [this](bool *) {
        const std::lock_guard lock(mutex_);
        learning_ = false;
    };
    bool learning = true;
    const std::unique_ptr<bool, decltype(end)> ending(&learning, end);
    const auto outcome = names_.learn(*connection);
    // Other failures are not a reason to stop sending tickets.
    if (outcome && outcome->error && outcome->error->status == PSA_AUTH)
        changeBreakerIfCurrent(connection.get(), [&](Breaker &breaker) {
            breaker.pause(Pause::auth, outcome->error->message, parts_.clock->moment());
        });
    return outcome.has_value();
}

/// Changes the breaker under the lock; stores the change, notifies and releases tickets without it.
void ConnectionQueue::changeBreaker(const std::function<void(Breaker &)> &change)
{
    notify::Notice notice{"connection.paused", name_, {}, "", "", ""};
    std::string document;
    bool changed = false;
    {
        const std::lock_guard lock(mutex_);
        const Pause before = breaker_.state();
        change(breaker_);
        changed = before != breaker_.state();
        notice.code = toText(breaker_.state());
        notice.text = breaker_.reason();
        document = toDocument(breaker_);
    }
    if (!changed)
        return;
    const bool released = notice.code == toText(Pause::none);
    storeBreaker(document, released);
    parts_.log(released ? name_ + " sends again." : name_ + " is paused (" + notice.code + "): " + notice.text);
    if (!released)
        parts_.notify(notice);
}

void ConnectionQueue::storeBreaker(const std::string &document, bool released)
try
{
    if (released)
        endPause(parts_.store, name_);
    else
        parts_.store.write([&](store::StoreWriter &writer) { writer.setBreakers(name_, document); });
}
catch (const store::StoreError &error)
{
    // The breaker itself works without it; after a restart the PSA will report the problem again.
    parts_.log("The pause of " + name_ + " could not be stored: " + error.what());
}

std::optional<clock::Clock::Steady> ConnectionQueue::wakeAt()
{
    const Allowed may = allowed();
    const store::ConnectionDue mine =
        parts_.store.read([&](const store::StoreReader &reader) { return reader.due(name_); });
    const clock::Clock::Steady now = parts_.clock->now();
    const clock::Clock::Wall wallNow = parts_.clock->wallNow();
    std::optional<clock::Clock::Steady> wake;
    const auto atLatest = [&](clock::Clock::Steady time) { wake = wake ? std::min(*wake, time) : time; };
    const auto dueAt = [&](bool allowed, const std::optional<clock::Clock::Wall> &due) {
        if (allowed && due)
            atLatest(now + std::chrono::ceil<std::chrono::milliseconds>(*due - wallNow));
    };
    dueAt(may.send, mine.sending);
    dueAt(may.reconcile, mine.reconciling);
    if (may.sendFrom && mine.sending) // as allowed() saw it: a limit that has ended since must not be forgotten
        atLatest(*may.sendFrom);
    const std::lock_guard lock(mutex_);
    if (stopped_)
        return std::nullopt;
    if (breaker_.probeAt() && !probing_)
        atLatest(*breaker_.probeAt());
    if (const auto rest = names_.restUntil(); rest && breaker_.state() == Pause::none)
        atLatest(std::max(*rest, limitedUntil_.value_or(*rest)));
    return wake;
}

void ConnectionQueue::renew(std::shared_ptr<connection::Connection> connection, const DeliveryPolicy &policy)
{
    bool refused = false;
    changeBreaker([&](Breaker &breaker) {
        connection_ = std::move(connection);
        policy_ = policy;
        limitedUntil_.reset();
        breaker = Breaker(policy);
        pauseIfRefused();
        refused = breaker.state() == Pause::auth;
    });
    // Tickets held by an earlier process may exist although nothing is paused.
    if (!refused)
        storeBreaker("", true);
}

void ConnectionQueue::pause(Pause pause, const std::string &why)
{
    changeBreaker([&](Breaker &breaker) { breaker.pause(pause, why, parts_.clock->moment()); });
}

void ConnectionQueue::stop()
{
    const std::lock_guard lock(mutex_);
    stopped_ = true;
}

void ConnectionQueue::cancelAll()
{
    present().first->cancelAll();
}

QueueStatus ConnectionQueue::status() const
{
    const std::lock_guard lock(mutex_);
    QueueStatus status{breaker_.state(), breaker_.reason(), underWay_, tally_, breaker_.since()};
    status.delivers = !stopped_;
    if (const clock::Clock::Steady now = parts_.clock->now(); limitedUntil_ && *limitedUntil_ > now)
        status.limitedUntil = parts_.clock->wallNow() + (*limitedUntil_ - now);
    return status;
}

} // namespace psa::delivery
