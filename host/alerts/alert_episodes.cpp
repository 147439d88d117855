#include "host/alerts/alert_episodes.h"

#include "host/json/json_text.h"

#include <algorithm>
#include <array>

namespace psa::alerts {
namespace {

std::string placeOf(const store::StoredConnection &connection)
{
    return "alert settings " + connection.uid;
}

/// Without a "resolved" notification an episode is over after a period of silence, unless the same alerts are still
/// firing and were merely not repeated for this long.
bool isOver(const store::AlertEpisode &episode, const std::set<std::string> &firing, const AlertSettings &settings,
            clock::Clock::Wall now)
{
    if (settings.resolvedAfter.count() == 0 || now - episode.seen < settings.resolvedAfter)
        return false;
    return std::none_of(firing.begin(), firing.end(),
                        [&](const std::string &alert) { return episode.alerts.contains(alert); });
}

} // namespace

const char *toText(AlertResult::Kind kind)
{
    static constexpr std::array names = {"opened", "duplicate", "closed", "nothing"};
    static_assert(names.size() == static_cast<std::size_t>(AlertResult::Kind::nothing) + 1);
    return names.at(static_cast<std::size_t>(kind));
}

AlertResult AlertEpisodes::notify(const connection::LiveConnection &connection, const AlertGroup &group,
                                  const std::string &who)
{
    return group.firing ? fire(connection, group, who) : resolve(connection, group, who);
}

AlertResult AlertEpisodes::fire(const connection::LiveConnection &connection, const AlertGroup &group,
                                const std::string &who)
{
    const std::string &name = connection.stored.name;
    std::string damage;
    const AlertSettings settings = storedAlertSettings(settingsOf(connection.stored), damage);
    ticket::NewTicket row = tickets_.prepare(connection, ticketRequestFor(group, settings));
    if (!damage.empty())
        row.warnings.push_back(
            "The stored alert mapping of the connection cannot be read, so this ticket was created without it: " +
            damage + ". Save the mapping again.");
    const std::set<std::string> firing = group.firingAlerts();
    const clock::Clock::Wall now = clock_->wallNow();
    // The check for an episode and its creation are one transaction: of two simultaneous notifications, only one
    // creates the ticket.
    const AlertResult result = store_.write([&](store::StoreWriter &writer) -> AlertResult {
        if (auto open = writer.openEpisode(name, group.key))
        {
            const bool over = isOver(*open, firing, settings, now);
            if (over)
                open->closed = now;
            else
            {
                open->seen = now;
                open->alerts.insert(firing.begin(), firing.end());
            }
            writer.updateEpisode(*open);
            if (!over)
                return {AlertResult::Kind::duplicate, open->ticketId};
        }
        const ticket::StoredTicket ticket = service::TicketService::insert(writer, row, who);
        writer.addEpisode({0, name, group.key, ticket.id, now, now, {}, firing});
        return {AlertResult::Kind::opened, ticket.id};
    });
    if (result.kind == AlertResult::Kind::opened)
        tickets_.inserted(name);
    return result;
}

AlertResult AlertEpisodes::resolve(const connection::LiveConnection &connection, const AlertGroup &group,
                                   const std::string &who)
{
    return store_.write([&](store::StoreWriter &writer) -> AlertResult {
        auto open = writer.openEpisode(connection.stored.name, group.key);
        if (!open)
            return {};
        open->closed = open->seen = clock_->wallNow();
        writer.updateEpisode(*open);
        store::AuditEntry entry = store::auditEntry(who, "alert.resolved", connection.stored.name);
        entry.ticketId = open->ticketId;
        writer.appendAudit(entry);
        return {AlertResult::Kind::closed, open->ticketId};
    });
}

std::string AlertEpisodes::settingsOf(const store::StoredConnection &connection) const
{
    return store_.read([&](const store::StoreReader &reader) {
        return reader.value(placeOf(connection)).value_or(std::string("{}"));
    });
}

void AlertEpisodes::setSettings(const store::StoredConnection &connection, const std::string &document,
                                const std::string &who)
{
    store_.write([&](store::StoreWriter &writer) {
        writer.putValue(placeOf(connection), document);
        writer.appendAudit(store::auditEntry(who, "alerts.set", connection.name));
    });
}

} // namespace psa::alerts
