#include "host/delivery/ticket_readings.h"

#include "host/delivery/activity.h"
#include "host/delivery/operation_steps.h"
#include "host/plugin/loaded_plugin.h"

#include <algorithm>

namespace psa::delivery {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds readingTime = 10s;       ///< What arrives meanwhile may have to wait this long.
constexpr std::chrono::milliseconds restAfterFailure = 1min; ///< After a failed call.
constexpr std::chrono::hours untilNextTry{1};                ///< For a ticket that could not be read.
constexpr std::chrono::minutes untilChanged{1};              ///< For a ticket that is being changed.

/// The last change that set the status; nullptr if there is none.
ticket::StoredOperation *lastStatusChange(std::vector<ticket::StoredOperation> &all)
{
    const auto set = std::find_if(all.rbegin(), all.rend(), [](const ticket::StoredOperation &each) {
        const auto &changed = each.result.changed;
        return std::find(changed.begin(), changed.end(), "status") != changed.end();
    });
    return set == all.rend() ? nullptr : &*set;
}

bool isBeingChanged(const std::vector<ticket::StoredOperation> &all)
{
    return std::any_of(all.begin(), all.end(), [](const ticket::StoredOperation &each) {
        return each.kind == ticket::OperationKind::change && each.state == ticket::TicketState::sending;
    });
}

} // namespace

std::optional<clock::Clock::Steady> TicketReadings::restUntil() const
{
    const std::lock_guard lock(mutex_);
    return restUntil_;
}

std::optional<plugin::CallOutcome> TicketReadings::read(connection::Connection &connection)
{
    if (const auto until = restUntil(); until && *until > clock_->now())
        return std::nullopt;
    if (!connection.plugin().offers(plugin::Verb::activity) || !connection.usage().hasSpare())
        return std::nullopt;
    std::optional<ticket::StoredTicket> ticket;
    ticket::TicketWatch watch;
    store_.read([&](const store::StoreReader &reader) {
        const std::vector<std::int64_t> due = reader.dueWatches(name_, 1);
        ticket = due.empty() ? std::nullopt : reader.ticketRow(due.front());
        watch = due.empty() ? ticket::TicketWatch{} : reader.watch(due.front()).value_or(ticket::TicketWatch{});
    });
    if (!ticket)
        return std::nullopt;
    connection::CallOptions options;
    options.time = readingTime;
    options.use = net::BudgetUse::spare;
    plugin::CallOutcome outcome = connection.activity(ticket->outcome.psaId, watch.watermark, options);
    if (outcome.ok())
        keep(*ticket, watch, outcome.result);
    else
        store_.write([&](store::StoreWriter &writer) {
            auto now = writer.watch(ticket->id);
            if (!now || now->due != watch.due)
                return; // written again meanwhile: to be read again
            now->due = writer.now() + untilNextTry;
            writer.saveWatch(ticket->id, *now);
        });
    const std::lock_guard lock(mutex_);
    restUntil_ = outcome.ok() ? std::nullopt : std::optional(clock_->now() + restAfterFailure);
    return outcome;
}

void TicketReadings::keep(const ticket::StoredTicket &ticket, const ticket::TicketWatch &before,
                          const std::string &result)
{
    const Activity activity = activityFrom(result);
    const std::string reverted = revertedStatus(before, activity);
    const bool told = store_.write([&](store::StoreWriter &writer) {
        auto now = writer.watch(ticket.id).value_or(ticket::TicketWatch{});
        if (now.due != before.due)
            return false; // written again meanwhile: to be read again
        std::vector<ticket::StoredOperation> all = writer.operationsOf(ticket.id);
        if (isBeingChanged(all))
        {
            now.due = writer.now() + untilChanged; // what was read may be from before the change or after it
            writer.saveWatch(ticket.id, now);
            return false;
        }
        writer.saveWatch(ticket.id, afterReading(now, activity, writer.now()));
        takeTurns(writer, ticket.id);
        all = writer.operationsOf(ticket.id);
        ticket::StoredOperation *set = reverted.empty() ? nullptr : lastStatusChange(all);
        if (set == nullptr)
            return false;
        set->result.warnings.push_back(reverted);
        writer.saveOperation(*set);
        store::AuditEntry entry = store::auditEntry("delivery", "ticket.status_reverted", name_);
        entry.ticketId = ticket.id;
        writer.appendAudit(entry);
        return true;
    });
    if (told)
        notify_({"ticket.status_reverted", name_, ticket.id, ticket.reference, "status_reverted", reverted});
}

} // namespace psa::delivery
