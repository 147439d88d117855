#include "host/store/sql/progress_columns.h"
#include "host/store/sql/sql_session.h"

namespace psa::store {
namespace {

/// The columns of episodeFrom().
constexpr const char *episodeColumns =
    "SELECT id, source_id, source, episode_key, episode_group, occurrence, state, opened, seen, ended, due, parts,"
    " rule_id, rule_version, connection, connection_uid, ticket_id, owns_ticket, is_storm, events, customer_key,"
    " document FROM episode ";

StoredEpisode episodeFrom(const SqlStatement &row)
{
    StoredEpisode found;
    ticket::Progress progress; // for its damage
    int column = 0;
    found.id = row.integer(column++);
    found.sourceId = row.integer(column++);
    found.source = row.text(column++);
    found.key = row.text(column++);
    found.group = row.text(column++);
    found.occurrence = row.text(column++);
    const std::int64_t state = row.integer(column++);
    if (state < 0 || state > static_cast<int>(EpisodeState::ended))
        addDamage(progress, "its state is " + std::to_string(state) + ", which does not exist");
    found.state = progress.damage.empty() ? static_cast<EpisodeState>(state) : EpisodeState::ended;
    found.opened = row.time(column++);
    found.seen = row.time(column++);
    found.ended = row.optionalTime(column++);
    found.due = row.optionalTime(column++);
    for (std::string &part : readTexts(row.text(column++), "its parts", progress))
        found.parts.insert(std::move(part));
    found.ruleId = row.integer(column++);
    found.ruleVersion = row.integer(column++);
    found.connection = row.text(column++);
    found.connectionUid = row.text(column++);
    found.ticketId = row.integer(column++);
    found.ownsTicket = row.integer(column++) != 0;
    found.isStorm = row.integer(column++) != 0;
    found.events = row.integer(column++);
    found.customerKey = row.text(column++);
    found.stateJson = row.text(column++);
    found.damage = progress.damage;
    return found;
}

std::vector<StoredEpisode> episodesFrom(SqlStatement rows)
{
    std::vector<StoredEpisode> found;
    while (rows.next())
        found.push_back(episodeFrom(rows));
    return found;
}

std::optional<StoredEpisode> firstEpisode(SqlStatement rows)
{
    return rows.next() ? std::optional(episodeFrom(rows)) : std::nullopt;
}

std::int64_t hashOfRule(std::int64_t ruleId, const std::string &connectionUid, const std::string &customerKey)
{
    return hashOfKey(ruleId, connectionUid + '\n' + customerKey);
}

std::string partsToStored(const std::set<std::string> &parts)
{
    return toStored(std::vector<std::string>(parts.begin(), parts.end()));
}

std::vector<EventStep> stepsFrom(SqlStatement rows)
{
    std::vector<EventStep> steps;
    while (rows.next())
        steps.push_back({rows.integer(0), rows.integer(1), rows.integer(2), rows.integer(3), rows.time(4), rows.text(5),
                         rows.text(6)});
    return steps;
}

} // namespace

std::optional<StoredEpisode> SqlSession::episode(std::int64_t id) const
{
    static const std::string sql = std::string(episodeColumns) + "WHERE id = ?1";
    return firstEpisode(database_.statement(sql.c_str(), id));
}

std::optional<StoredEpisode> SqlSession::latestEpisode(std::int64_t sourceId, const std::string &key) const
{
    static const std::string sql = std::string(episodeColumns) +
                                   "INDEXED BY episode_by_key WHERE key_hash = ?1 AND source_id = ?2"
                                   " AND episode_key = ?3 ORDER BY id DESC LIMIT 1";
    return firstEpisode(database_.statement(sql.c_str(), hashOfKey(sourceId, key), sourceId, key));
}

std::vector<StoredEpisode> SqlSession::openEpisodesOfGroup(std::int64_t sourceId, const std::string &group) const
{
    static const std::string sql = std::string(episodeColumns) +
                                   "INDEXED BY episode_of_group WHERE episode_group <> '' AND state IN (0, 1)"
                                   " AND group_hash = ?1 AND source_id = ?2 AND episode_group = ?3 ORDER BY id";
    return episodesFrom(database_.statement(sql.c_str(), hashOfKey(sourceId, group), sourceId, group));
}

std::vector<StoredEpisode> SqlSession::dueEpisodes(clock::Clock::Wall now, std::size_t max,
                                                   const StoredEpisode *after) const
{
    static const std::string sql = std::string(episodeColumns) +
                                   "INDEXED BY episode_due WHERE due IS NOT NULL AND due <= ?1"
                                   " AND (due, id) > (?3, ?4) ORDER BY due, id LIMIT ?2";
    return episodesFrom(database_.statement(sql.c_str(), now, static_cast<std::int64_t>(max),
                                            after == nullptr ? clock::Clock::Wall{} : after->due.value(),
                                            after == nullptr ? std::int64_t{0} : after->id));
}

std::optional<clock::Clock::Wall> SqlSession::nextEpisodeDue() const
{
    SqlStatement row = database_.statement("SELECT min(due) FROM episode INDEXED BY episode_due WHERE due IS NOT NULL");
    return row.next() ? row.optionalTime(0) : std::nullopt;
}

std::vector<StoredEpisode> SqlSession::episodesOfTicket(std::int64_t ticketId) const
{
    static const std::string sql = std::string(episodeColumns) +
                                   "INDEXED BY episode_of_ticket WHERE ticket_id <> 0 AND ticket_id = ?1 ORDER BY id";
    return episodesFrom(database_.statement(sql.c_str(), ticketId));
}

std::size_t SqlSession::openEpisodesOfTicket(std::int64_t ticketId) const
{
    return static_cast<std::size_t>(database_.integer("SELECT count(*) FROM episode INDEXED BY episode_of_ticket"
                                                      " WHERE ticket_id <> 0 AND ticket_id = ?1 AND state IN (0, 1)",
                                                      ticketId));
}

std::int64_t SqlSession::ticketsByRule(std::int64_t ruleId, const std::string &connectionUid,
                                       const std::string &customerKey, clock::Clock::Wall since) const
{
    // The newest tickets first, until one is too old: their ids grow with time.
    SqlStatement rows = database_.statement(
        "SELECT DISTINCT e.ticket_id, t.created FROM episode e INDEXED BY episode_of_rule"
        " JOIN ticket t ON t.id = e.ticket_id WHERE e.owns_ticket = 1 AND e.rule_hash = ?1 AND e.rule_id = ?2"
        " AND e.connection_uid = ?3 AND e.customer_key = ?4 ORDER BY e.ticket_id DESC",
        hashOfRule(ruleId, connectionUid, customerKey), ruleId, connectionUid, customerKey);
    std::int64_t tickets = 0;
    while (rows.next() && rows.time(1) >= since)
        ++tickets;
    return tickets;
}

std::optional<StoredEpisode> SqlSession::openStorm(std::int64_t ruleId, const std::string &connectionUid,
                                                   const std::string &customerKey) const
{
    static const std::string sql =
        std::string(episodeColumns) +
        "INDEXED BY episode_storm WHERE is_storm = 1 AND state = 0 AND rule_hash = ?1"
        " AND rule_id = ?2 AND connection_uid = ?3 AND customer_key = ?4 ORDER BY id DESC LIMIT 1";
    return firstEpisode(database_.statement(sql.c_str(), hashOfRule(ruleId, connectionUid, customerKey), ruleId,
                                            connectionUid, customerKey));
}

std::int64_t SqlSession::addEpisode(const StoredEpisode &episode)
{
    StoredEpisode added = episode;
    added.id = database_.insertUnique(
        "the source " + episode.source + " has an open episode with the key \"" + episode.key + "\" already",
        "INSERT INTO episode (source_id, source, episode_key, key_hash, episode_group, group_hash, opened, occurrence,"
        " state, seen, parts, rule_id, rule_version, rule_hash, connection, connection_uid, customer_key, ticket_id,"
        " owns_ticket, is_storm, events, document)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, '', ?8, 0, '', 0, 0, 0, '', '', '', 0, 0, 0, 0, '')",
        episode.sourceId, episode.source, episode.key, hashOfKey(episode.sourceId, episode.key), episode.group,
        hashOfKey(episode.sourceId, episode.group), episode.opened, static_cast<int>(episode.state));
    saveEpisode(added);
    return added.id;
}

void SqlSession::saveEpisode(const StoredEpisode &episode)
{
    database_.run(
        "UPDATE episode SET occurrence = ?2, state = ?3, seen = ?4, ended = ?5, due = ?6, parts = ?7, rule_id = ?8,"
        " rule_version = ?9, rule_hash = ?10, connection = ?11, connection_uid = ?12, customer_key = ?13,"
        " ticket_id = ?14, owns_ticket = ?15, is_storm = ?16, events = ?17, document = ?18 WHERE id = ?1",
        episode.id, episode.occurrence, static_cast<int>(episode.state), episode.seen, episode.ended, episode.due,
        partsToStored(episode.parts), episode.ruleId, episode.ruleVersion,
        hashOfRule(episode.ruleId, episode.connectionUid, episode.customerKey), episode.connection,
        episode.connectionUid, episode.customerKey, episode.ticketId, episode.ownsTicket, episode.isStorm,
        episode.events, episode.stateJson);
}

std::vector<EventStep> SqlSession::stepsOf(std::int64_t episodeId) const
{
    return stepsFrom(database_.statement("SELECT id, episode_id, event_id, ticket_id, time, what, detail"
                                         " FROM event_step INDEXED BY event_step_of_episode"
                                         " WHERE episode_id <> 0 AND episode_id = ?1 ORDER BY id",
                                         episodeId));
}

std::vector<EventStep> SqlSession::stepsOfEvent(std::int64_t eventId) const
{
    return stepsFrom(database_.statement("SELECT id, episode_id, event_id, ticket_id, time, what, detail"
                                         " FROM event_step INDEXED BY event_step_of_event"
                                         " WHERE event_id <> 0 AND event_id = ?1 ORDER BY id",
                                         eventId));
}

std::int64_t SqlSession::addStep(const EventStep &step)
{
    return database_.insert("INSERT INTO event_step (episode_id, event_id, ticket_id, time, what, detail)"
                            " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                            step.episodeId, step.eventId, step.ticketId, step.time, step.what, step.detailJson);
}

} // namespace psa::store
