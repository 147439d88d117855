#include "host/store/page_cursor.h"
#include "host/store/sql/sql_session.h"

#include <algorithm>

namespace psa::store {
namespace {

/// For the index of digests: four minutes and some seconds.
constexpr int digestPeriodBits = 18;

/// Of a list, at most, so that a filter that fits few rows does not hold up other callers.
constexpr std::int64_t maxDeliveriesLookedAt = 10000;

/// The columns of deliveryFrom().
constexpr const char *deliveryColumns =
    "SELECT id, source_id, source, received, state, request, body_bytes, digest, reason FROM delivery ";

/// The columns of countsIn(), and the source.
constexpr const char *countColumns =
    "SELECT deliveries, events, not_understood, kept, sealed_bytes, last, source_id FROM source_count";

SourceCounts countsIn(const SqlStatement &row)
{
    return {row.integer(0), row.integer(1), row.integer(2), row.integer(3), row.integer(4), row.optionalTime(5)};
}

StoredDelivery deliveryFrom(const SqlStatement &row)
{
    StoredDelivery found;
    found.id = row.integer(0);
    found.sourceId = row.integer(1);
    found.source = row.text(2);
    found.received = row.time(3);
    const std::int64_t state = row.integer(4);
    const bool known = state == static_cast<int>(DeliveryState::done) || state == static_cast<int>(DeliveryState::kept);
    found.state = known ? static_cast<DeliveryState>(state) : DeliveryState::notUnderstood;
    found.requestJson = row.text(5);
    found.bytes = row.integer(6);
    found.digest = row.text(7);
    found.reason = row.text(8);
    return found;
}

/// From `start` on, newest first.
SqlStatement selectDeliveries(SqlDatabase &database, const DeliveryQuery &query, const PageCursor &start)
{
    static const std::string end = " (received, id) < (?1, ?2) ORDER BY received DESC, id DESC LIMIT ?3";
    static const std::string all = std::string(deliveryColumns) + "INDEXED BY delivery_received WHERE" + end;
    static const std::string ofSource =
        std::string(deliveryColumns) + "INDEXED BY delivery_of_source WHERE source_id = ?4 AND" + end;
    static const std::string waiting =
        std::string(deliveryColumns) + "INDEXED BY delivery_waiting WHERE state <> 0 AND source_id = ?4 AND" + end;
    const std::int64_t limit = query.state ? maxDeliveriesLookedAt : static_cast<std::int64_t>(query.limit) + 1;
    if (query.sourceId == 0)
        return database.statement(all.c_str(), start.time, start.id, limit);
    const bool waits = query.state && *query.state != DeliveryState::done;
    return database.statement(waits ? waiting.c_str() : ofSource.c_str(), start.time, start.id, limit, query.sourceId);
}

} // namespace

std::optional<StoredDelivery> SqlSession::delivery(std::int64_t id) const
{
    static const std::string sql = std::string(deliveryColumns) + "WHERE id = ?1";
    SqlStatement row = database_.statement(sql.c_str(), id);
    if (!row.next())
        return std::nullopt;
    StoredDelivery found = deliveryFrom(row);
    SqlStatement body = database_.statement("SELECT sealed FROM delivery_body WHERE id = ?1", id);
    if (body.next())
        found.sealedBody = body.text(0);
    return found;
}

DeliveryPage SqlSession::listDeliveries(const DeliveryQuery &query) const
{
    PageFill fill(query.limit);
    DeliveryPage page;
    PageCursor last;
    std::int64_t lookedAt = 0;
    SqlStatement rows = selectDeliveries(database_, query, PageCursor::start(query.cursor, std::nullopt));
    while (rows.next())
    {
        StoredDelivery found = deliveryFrom(rows);
        const PageCursor place{toStoredTime(found.received), found.id};
        const bool fits = !query.state || found.state == *query.state;
        if (fits && !fill.take(found.requestJson.size() + found.reason.size()))
        {
            page.next = last.toText();
            break;
        }
        if (fits)
            page.deliveries.push_back(std::move(found));
        last = place;
        if (++lookedAt == maxDeliveriesLookedAt)
            page.next = last.toText();
    }
    return page;
}

std::optional<StoredDelivery> SqlSession::deliveryByDigest(std::int64_t sourceId, const std::string &digest,
                                                           clock::Clock::Wall since, std::int64_t except) const
{
    static const std::string sql = std::string(deliveryColumns) +
                                   "INDEXED BY delivery_digest WHERE received >> 18 = ?1"
                                   " AND digest_hash = ?2 AND source_id = ?3 AND digest = ?4"
                                   " AND received >= ?5 AND id <> ?6 ORDER BY received DESC, id DESC LIMIT 1";
    SqlStatement ends = database_.statement("SELECT min(received), max(received) FROM delivery"
                                            " INDEXED BY delivery_of_source WHERE source_id = ?1",
                                            sourceId);
    if (!ends.next() || ends.isNull(0))
        return std::nullopt;
    const std::int64_t first = std::max(toStoredTime(since), ends.integer(0)) >> digestPeriodBits;
    const std::int64_t hash = hashOfKey(sourceId, digest);
    for (std::int64_t period = ends.integer(1) >> digestPeriodBits; period >= first; --period)
    {
        SqlStatement row = database_.statement(sql.c_str(), period, hash, sourceId, digest, since, except);
        if (row.next())
            return deliveryFrom(row);
    }
    return std::nullopt;
}

std::map<std::int64_t, SourceCounts> SqlSession::sourceCounts() const
{
    std::map<std::int64_t, SourceCounts> counts;
    SqlStatement rows = database_.statement(countColumns);
    while (rows.next())
        counts[rows.integer(6)] = countsIn(rows);
    return counts;
}

SourceCounts SqlSession::countsOf(std::int64_t sourceId) const
{
    static const std::string one = std::string(countColumns) + " WHERE source_id = ?1";
    SqlStatement row = database_.statement(one.c_str(), sourceId);
    return row.next() ? countsIn(row) : SourceCounts();
}

std::int64_t SqlSession::addDelivery(const StoredDelivery &delivery)
{
    const std::int64_t id =
        database_.insert("INSERT INTO delivery (source_id, source, received, state, body_bytes, sealed_bytes, digest,"
                         " digest_hash, request, reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                         delivery.sourceId, delivery.source, delivery.received, static_cast<int>(delivery.state),
                         delivery.bytes, static_cast<std::int64_t>(delivery.sealedBody.size()), delivery.digest,
                         hashOfKey(delivery.sourceId, delivery.digest), delivery.requestJson, delivery.reason);
    if (!delivery.sealedBody.empty())
        database_.run("INSERT INTO delivery_body VALUES (?1, ?2)", id, SqlBlob{delivery.sealedBody});
    return id;
}

void SqlSession::saveDelivery(const StoredDelivery &delivery)
{
    database_.run("UPDATE delivery SET state = ?2, reason = ?3 WHERE id = ?1", delivery.id,
                  static_cast<int>(delivery.state), delivery.reason);
}

} // namespace psa::store
