#include "host/delivery/connection_queue.h"

#include "host/delivery/operation_settlement.h"
#include "host/delivery/operation_steps.h"
#include "host/delivery/settlement.h"
#include "host/delivery/ticket_steps.h"
#include "host/json/json_text.h"
#include "host/json/strict_json.h"
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
std::optional<notify::Notice> noticeOf(const ticket::Progress &progress, const ticket::Settlement &settlement,
                                       const std::string &reference, const store::AuditEntry &entry)
{
    if (!ticket::needsHuman(settlement.state) || settlement.state == progress.state)
        return std::nullopt;
    const bool isTicket = progress.kind == ticket::OperationKind::create;
    notify::Notice notice;
    notice.kind =
        std::string(isTicket ? "ticket" : ticket::toText(progress.kind)) + "." + ticket::toText(settlement.state);
    notice.connection = entry.connection;
    notice.ticketId = entry.ticketId;
    notice.reference = reference;
    notice.code = settlement.reason.code;
    notice.text = settlement.reason.text;
    return notice;
}

/// Set in the plugin's description of its updates; 0 = it has none.
std::size_t maxNoteLengthOf(const plugin::LoadedPlugin &plugin)
{
    return plugin.updates.isNull() ? 0 : plugin.updates->getValue<std::size_t>("noteMaxLength");
}

bool mayHaveBeenDone(const plugin::CallOutcome &call)
{
    return call.mutation == plugin::MutationSeen::noAnswer || call.isOpen();
}

WatchNews newsOf(const OperationWork &work, const OperationOutcome &outcome, clock::Clock::Wall readFrom)
{
    WatchNews news;
    news.activity = outcome.activity;
    if (mayHaveBeenDone(outcome.call))
        news.due = readFrom;
    if (work.operation.kind == ticket::OperationKind::change && outcome.call.ok() && !outcome.call.result.empty())
    {
        const auto document = json::parseStrict(outcome.call.result).extract<Poco::JSON::Object::Ptr>();
        if (const auto status = document->getObject("status"); !status.isNull())
        {
            news.statusId = status->optValue<std::string>("id", "");
            news.status = status->optValue<std::string>("label", *news.statusId);
        }
    }
    return news;
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

/// A claim skips this many operations whose ticket is not done.
constexpr std::size_t updatesAtOnce = 20;

/// Whether a note or change has been due for longer than every ticket.
bool updateIsOlder(const store::StoreReader &reader, const std::string &connection)
{
    const auto updates = reader.dueOperations(connection, ticket::ClaimFor::sending, 1);
    if (updates.empty())
        return false;
    const auto tickets = reader.dueTickets(connection, ticket::ClaimFor::sending, 1);
    return tickets.empty() || updates.front().due < tickets.front().due;
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
                                 const DeliveryPolicy &policy, const std::string &breakerJson,
                                 std::optional<fleet::Holding> holding)
    : parts_(std::move(parts)), holding_(std::move(holding)), name_(connection->name()),
      names_(parts_.store, parts_.clock, name_), readings_(parts_.store, parts_.clock, name_, parts_.notify),
      policy_(policy), connection_(std::move(connection)), breaker_(policy)
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
    const bool ours = isOurs();
    const std::lock_guard lock(mutex_);
    const bool works = !stopped_ && ours;
    const Pause pause = breaker_.state();
    const bool limited = limitedUntil_ && *limitedUntil_ > parts_.clock->now();
    Allowed allowed;
    allowed.ours = ours;
    allowed.send = works && pause == Pause::none && !limited;
    if (works && pause == Pause::none && limited)
        allowed.sendFrom = limitedUntil_;
    allowed.reconcile = works && allowsLookups(pause); // a limit leaves them their part of the budget
    if (doubts_ != doubtsEnded_)
    {
        // What its own workers have in hand is not to be taken over: they settle it first.
        allowed.takeOver = works && underWay_ == 0;
        allowed.send = allowed.send && allowed.takeOver;
        allowed.reconcile = allowed.reconcile && allowed.takeOver;
        allowed.doubts = doubts_;
        allowed.callTime = policy_.callTime;
    }
    allowed.quotaToSpare = connection_->usage().hasSpare();
    allowed.build = connection_->plugin().build();
    if (allowed.quotaToSpare && !policy_.once && connection_->plugin().offers(plugin::Verb::activity))
        allowed.readingPatience = policy_.readingPatience;
    allowed.maxNoteLength = maxNoteLengthOf(connection_->plugin());
    return allowed;
}

std::optional<ConnectionQueue::Work> ConnectionQueue::claim()
try
{
    const Allowed may = allowed();
    if (!may.send && !may.reconcile && !may.takeOver)
        return std::nullopt;
    auto work = parts_.store.write([&](store::StoreWriter &writer) { return claimIn(writer, may); },
                                   [&](store::StoreWriter &writer) { askForClaim(writer, may); });
    noteClaim(may);
    count(nullptr, work.has_value());
    return work;
}
catch (const store::StoreError &error)
{
    noteDoubt(error);
    if (error.kind != store::StoreError::Kind::leaseLost)
        throw;
    return std::nullopt; // this queue will be stopped
}

void ConnectionQueue::settle(const Done &done)
{
    const bool settled = parts_.store.write([&](store::StoreWriter &writer) { return settleIn(writer, done); },
                                            [&](store::StoreWriter &writer) { askForSettlement(writer, done); });
    count(&done, false);
    tell(done, settled);
}

std::optional<ConnectionQueue::Work> ConnectionQueue::settleAndClaim(const Done &done)
try
{
    const Allowed may = allowed();
    auto [settled, work] = parts_.store.write(
        [&](store::StoreWriter &writer) {
            const bool wasSettled = settleIn(writer, done);
            return std::pair(wasSettled, claimIn(writer, may));
        },
        [&](store::StoreWriter &writer) {
            askForSettlement(writer, done);
            askForClaim(writer, may);
        });
    noteClaim(may);
    count(&done, work.has_value());
    tell(done, settled);
    return std::move(work);
}
catch (const store::StoreError &error)
{
    noteDoubt(error);
    if (error.kind != store::StoreError::Kind::leaseLost)
        throw;
    settle(done);
    return std::nullopt;
}

/// What it claimed may be in the store as claimed, and no worker has it.
void ConnectionQueue::noteDoubt(const store::StoreError &error)
{
    const std::lock_guard lock(mutex_);
    doubts_ += error.perhapsDone ? 1U : 0U;
}

void ConnectionQueue::noteClaim(const Allowed &may)
{
    const std::lock_guard lock(mutex_);
    if (may.takeOver)
        doubtsEnded_ = std::max(doubtsEnded_, may.doubts);
}

std::optional<ConnectionQueue::Work> ConnectionQueue::claimTicket(store::StoreWriter &writer, const Allowed &may,
                                                                  ticket::ClaimFor purpose) const
{
    std::vector<ticket::StoredTicket> claimed = claimTickets(writer, {name_, purpose, 1, may.build});
    return claimed.empty() ? std::nullopt : std::optional(Work{std::move(claimed.front()), purpose});
}

std::optional<ConnectionQueue::Work> ConnectionQueue::claimUpdate(store::StoreWriter &writer, const Allowed &may,
                                                                  ticket::ClaimFor purpose) const
{
    OperationClaim claim{{name_, purpose, updatesAtOnce, may.build}, may.maxNoteLength, may.readingPatience};
    auto claimed = claimOperation(writer, claim);
    return claimed ? std::optional(Work{{}, purpose, std::move(claimed)}) : std::nullopt;
}

std::optional<ConnectionQueue::Work> ConnectionQueue::claimIn(store::StoreWriter &writer, const Allowed &may) const
{
    if (holding_ && (may.send || may.reconcile || may.takeOver))
        holding_->require(writer);
    if (may.takeOver)
        writer.takeOverClaimed(name_, writer.now() + may.callTime);
    for (const auto &[allowed, purpose] :
         {std::pair(may.reconcile, ticket::ClaimFor::reconciling), std::pair(may.send, ticket::ClaimFor::sending)})
    {
        if (!allowed)
            continue;
        const bool updateFirst =
            purpose == ticket::ClaimFor::sending && may.quotaToSpare && updateIsOlder(writer, name_);
        auto work = updateFirst ? claimUpdate(writer, may, purpose) : claimTicket(writer, may, purpose);
        if (!work)
            work = updateFirst ? claimTicket(writer, may, purpose) : claimUpdate(writer, may, purpose);
        if (work)
            return work;
    }
    return std::nullopt;
}

void ConnectionQueue::askForClaim(store::StoreWriter &writer, const Allowed &may) const
{
    for (const auto &[allowed, purpose] :
         {std::pair(may.reconcile, ticket::ClaimFor::reconciling), std::pair(may.send, ticket::ClaimFor::sending)})
    {
        if (!allowed)
            continue;
        writer.dueTickets(name_, purpose, 1);
        writer.dueOperations(name_, purpose, updatesAtOnce);
    }
    if (holding_ && (may.send || may.reconcile))
        holding_->require(writer);
}

void ConnectionQueue::askForSettlement(store::StoreWriter &writer, const Done &done)
{
    if (!done.work.operation)
        writer.ticketRow(done.work.ticket.id);
}

bool ConnectionQueue::settleIn(store::StoreWriter &writer, const Done &done)
{
    const Work &work = done.work;
    bool settled = false;
    if (work.operation)
        settled = settleOperation(writer, *work.operation, done.operation, done.news);
    else
    {
        settled = settleTicket(writer, work.ticket.id, work.ticket.fence, done.settlement);
        if (settled && ticket::isEnded(done.settlement.state))
            takeTurns(writer, work.ticket.id);
    }
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
    const ticket::TicketState state = done->work.operation ? done->operation.state : done->settlement.state;
    tally_.count(done->work.progress().kind, done->work.purpose == ticket::ClaimFor::sending, state, done->took);
}

void ConnectionQueue::tell(const Done &done, bool settled) const
{
    if (!settled)
        return parts_.log("Ticket " + std::to_string(*done.audit.ticketId) + " of " + name_ + " was changed manually" +
                          (holding_ ? " or taken over by another host" : "") +
                          " while an attempt was in progress; the audit log has the result of the attempt.");
    parts_.point("settled");
    if (done.notice)
        parts_.notify(*done.notice);
    if (!done.logMessage.empty())
        parts_.log(done.logMessage);
}

connection::CallOptions ConnectionQueue::callOptions(net::BudgetUse use) const
{
    connection::CallOptions options;
    options.use = use;
    if (holding_)
        options.mayLeave = holding_->stillOurs;
    return options;
}

ConnectionQueue::Called ConnectionQueue::make(const Work &work)
{
    Called called;
    std::tie(called.connection, called.policy) = present();
    called.exchanges = std::make_shared<ExchangeLog>();
    const bool sends = work.purpose == ticket::ClaimFor::sending;
    connection::CallOptions options = callOptions(sends ? net::BudgetUse::ordinary : net::BudgetUse::reconciliation);
    options.time = called.policy.callTime;
    // Owns what it uses: a request of an abandoned call may finish long after this one.
    options.observer = [exchanges = called.exchanges, point = parts_.point](const net::Exchange &exchange) {
        point("exchanged");
        exchanges->add(exchange);
    };
    // Another crash then affects no other call, and its cause is certain.
    options.sharing = work.progress().crashes > 0 ? plugin::Sharing::alone : plugin::Sharing::shared;
    called.began = parts_.clock->now();
    parts_.point("claimed");
    if (work.operation)
        called.outcome = sends ? carryOut(*called.connection, *work.operation, options)
                               : lookUp(*called.connection, *work.operation, options);
    else
        called.outcome.call = sends ? create(*called.connection, work.ticket, options)
                                    : called.connection->findTicket(work.ticket.reference, options);
    parts_.point("called");
    return called;
}

ConnectionQueue::Done ConnectionQueue::conclude(const Work &work, const Called &called)
{
    Done done;
    done.work = work;
    done.took = parts_.clock->now() - called.began;
    if (work.operation)
        concludeOperation(called, done);
    else
        concludeTicket(called, done);
    react(work, called);
    return done;
}

void ConnectionQueue::concludeTicket(const Called &called, Done &done) const
{
    const ticket::StoredTicket &ticket = done.work.ticket;
    const bool sends = done.work.purpose == ticket::ClaimFor::sending;
    const clock::Clock::Wall now = parts_.clock->wallNow();
    const AttemptFacts facts{ticket, now, canReconcile(*called.connection), called.connection->usage().hasSpare(),
                             now - std::chrono::ceil<std::chrono::milliseconds>(done.took)};
    done.settlement = sends ? settleAttempt(called.outcome.call, facts, called.policy, parts_.random)
                            : settleReconciliation(called.outcome.call, facts, called.policy);
    done.audit = attemptEntry(ticket, ticket.connection, ticket.id, sends ? "ticket.attempt" : "ticket.reconcile",
                              called.outcome.call, done.settlement, *called.exchanges);
    done.notice = noticeOf(ticket, done.settlement, ticket.reference, done.audit);
    done.logMessage = logMessageOf(ticket, done.settlement);
}

void ConnectionQueue::concludeOperation(const Called &called, Done &done) const
{
    const ticket::StoredOperation &operation = done.work.operation->operation;
    const bool sends = done.work.purpose == ticket::ClaimFor::sending;
    const clock::Clock::Wall now = parts_.clock->wallNow();
    const OperationFacts facts{*done.work.operation, now, called.connection->usage().hasSpare(),
                               now - std::chrono::ceil<std::chrono::milliseconds>(done.took)};
    const DeliveryPolicy policy = policyFor(operation.kind, called.policy);
    done.operation = sends ? settleCarriedOut(called.outcome, facts, policy, parts_.random)
                           : settleLookedUp(called.outcome, facts, policy);
    done.news = newsOf(*done.work.operation, called.outcome, facts.now + policy.watchDelay);
    const std::string action = std::string(ticket::toText(operation.kind)) + (sends ? ".attempt" : ".reconcile");
    done.audit = attemptEntry(operation, operation.connection, operation.ticketId, action.c_str(), called.outcome.call,
                              done.operation, *called.exchanges);
    done.notice = noticeOf(operation, done.operation, operation.reference, done.audit);
    if (!called.outcome.duplicates.empty() && done.operation.result)
        done.logMessage = "Ticket " + std::to_string(operation.ticketId) + " of " + operation.connection + ": " +
                          done.operation.result->warnings.back();
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
    const plugin::CallOutcome &outcome = called.outcome.call;
    const connection::Connection *connection = called.connection.get();
    if (outcome.ended == plugin::Ended::died && !outcome.alone)
        return; // another call may have caused the crash
    if (outcome.ended == plugin::Ended::died)
        return changeBreakerIfCurrent(connection, [&](Breaker &breaker) {
            breaker.crashed(work.ticketId(), crashReason(*connection, outcome), now);
        });
    if (outcome.ok())
        return changeBreakerIfCurrent(connection, [](Breaker &breaker) { breaker.succeeded(); });
    const plugin::PluginError &error = *outcome.error;
    switch (error.status)
    {
    case PSA_AUTH:
        return afterRefusedCall(connection);
    case PSA_PERMISSION:
        if (work.operation)
            return; // a right that only this operation needs
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
    connection::CallOptions options = callOptions(net::BudgetUse::reconciliation);
    if (!isOurs())
        return false;
    {
        const std::lock_guard lock(mutex_);
        const auto at = breaker_.probeAt();
        if (stopped_ || probing_ || !at || *at > parts_.clock->now())
            return false;
        probing_ = true;
        connection = connection_;
        options.time = policy_.callTime;
    }
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
            pauseIfRefused();
        else
            breaker.probeFailed(outcome.ended == plugin::Ended::died ? crashReason(*connection, outcome)
                                                                     : outcome.error->message,
                                now.steady);
    });
    return true;
}

bool ConnectionQueue::readTickets()
{
    return readWhenIdle([this](connection::Connection &connection) { return readings_.read(connection); });
}

bool ConnectionQueue::readNames()
{
    return readWhenIdle([this](connection::Connection &connection) { return names_.learn(connection); });
}

bool ConnectionQueue::readWhenIdle(
    const std::function<std::optional<plugin::CallOutcome>(connection::Connection &)> &read)
{
    std::shared_ptr<connection::Connection> connection;
    if (!isOurs())
        return false;
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
    const auto outcome = read(*connection);
    // Other failures are not a reason to stop sending tickets.
    if (outcome && outcome->error && outcome->error->status == PSA_AUTH)
        afterRefusedCall(connection.get());
    return outcome.has_value();
}

/// An operator's test may have passed since that call, at this host or another one: then what is held must not stay so.
void ConnectionQueue::afterRefusedCall(const connection::Connection *connection)
{
    changeBreakerIfCurrent(connection, [this](Breaker &) { pauseIfRefused(); });
    if (!connection->login().refusal())
        storeBreaker("", true);
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
    if (!isOurs())
        return; // it is for the host that has the connection now to say whether it is paused
    if (released)
        endPause(parts_.store, name_);
    else
        parts_.store.write([&](store::StoreWriter &writer) {
            if (holding_)
                holding_->require(writer);
            storePause(writer, name_, document);
        });
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
    if (!may.ours)
        return now + std::chrono::seconds(1); // unless it is stopped before
    if (may.takeOver)
        atLatest(now);
    if (breaker_.probeAt() && !probing_)
        atLatest(*breaker_.probeAt());
    if (breaker_.state() != Pause::none)
        return wake;
    const auto idleWork = [&](clock::Clock::Steady time) { atLatest(std::max(time, limitedUntil_.value_or(time))); };
    if (const auto rest = names_.restUntil())
        idleWork(*rest);
    if (mine.watching && connection_->plugin().offers(plugin::Verb::activity) && connection_->usage().hasSpare())
        idleWork(std::max(now + std::chrono::ceil<std::chrono::milliseconds>(*mine.watching - wallNow),
                          readings_.restUntil().value_or(now)));
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

void ConnectionQueue::followLogin()
{
    changeBreaker([this](Breaker &) { pauseIfRefused(); });
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
