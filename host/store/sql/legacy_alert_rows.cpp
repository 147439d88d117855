#include "host/store/sql/sql_session.h"
#include "host/store/store_error.h"

#include <sstream>

namespace psa::store {
namespace {

/// One per line.
std::string alertsToStored(const std::set<std::string> &alerts)
{
    std::string text;
    for (const std::string &each : alerts)
        text += each + '\n';
    return text;
}

std::set<std::string> alertsFrom(const std::string &stored)
{
    std::set<std::string> alerts;
    std::istringstream lines(stored);
    for (std::string line; std::getline(lines, line);)
        alerts.insert(line);
    return alerts;
}

} // namespace

std::optional<AlertEpisode> SqlSession::openEpisode(const std::string &connection, const std::string &group) const
{
    SqlStatement row =
        database_.statement("SELECT e.id, e.ticket_id, e.opened, e.seen, e.alerts FROM alert_episode e"
                            " JOIN connection c ON c.id = e.connection_id"
                            " WHERE c.name = ?1 AND c.present = 1 AND e.source_group = ?2 AND e.closed IS NULL",
                            connection, group);
    if (!row.next())
        return std::nullopt;
    return AlertEpisode{row.integer(0), connection,  group,        row.integer(1),
                        row.time(2),    row.time(3), std::nullopt, alertsFrom(row.text(4))};
}

std::int64_t SqlSession::addEpisode(const AlertEpisode &episode)
{
    const auto connection = connectionId(episode.connection);
    if (!connection)
        throw StoreError(StoreError::Kind::notFound, "there is no connection \"" + episode.connection + "\"");
    return database_.insert(
        "INSERT INTO alert_episode (connection_id, source_group, ticket_id, opened, seen, closed, alerts)"
        " VALUES (?1, ?2, ?3, ?4, ?5, NULL, ?6)",
        *connection, episode.group, episode.ticketId, episode.opened, episode.seen, alertsToStored(episode.alerts));
}

void SqlSession::updateEpisode(const AlertEpisode &episode)
{
    database_.run("UPDATE alert_episode SET seen = ?2, closed = ?3, alerts = ?4 WHERE id = ?1", episode.id,
                  episode.seen, episode.closed, alertsToStored(episode.alerts));
}

std::size_t SqlSession::deleteEpisodes(clock::Clock::Wall before, std::size_t max)
{
    return static_cast<std::size_t>(database_.runCounted(
        "DELETE FROM alert_episode WHERE id IN (SELECT id FROM alert_episode WHERE closed IS NOT NULL AND closed < ?1"
        " ORDER BY closed LIMIT ?2)",
        before, static_cast<std::int64_t>(max)));
}

std::vector<LegacyAlertSettings> SqlSession::legacyAlertSettings() const
{
    std::vector<LegacyAlertSettings> all;
    SqlStatement rows =
        database_.statement("SELECT c.name, c.uid, v.value FROM connection c"
                            " JOIN value v ON v.name = 'alert settings ' || c.uid WHERE c.present = 1 ORDER BY c.name");
    while (rows.next())
        all.push_back({rows.text(0), rows.text(1), rows.text(2)});
    return all;
}

std::vector<LegacyEpisode> SqlSession::legacyEpisodes() const
{
    std::vector<LegacyEpisode> all;
    // Those opened before the connection are of an earlier one with its name.
    SqlStatement rows = database_.statement(
        "SELECT c.name, e.source_group, e.ticket_id, e.opened, e.seen, e.alerts FROM alert_episode e"
        " JOIN connection c ON c.id = e.connection_id WHERE c.present = 1 AND e.closed IS NULL AND e.opened >= "
        "c.created"
        " ORDER BY e.id");
    while (rows.next())
        all.push_back(
            {rows.text(0), rows.text(1), rows.integer(2), rows.time(3), rows.time(4), alertsFrom(rows.text(5))});
    return all;
}

void SqlSession::dropLegacyAlerts()
{
    database_.run("DELETE FROM alert_episode");
    database_.run("DELETE FROM value WHERE name LIKE 'alert settings %'");
}

} // namespace psa::store
