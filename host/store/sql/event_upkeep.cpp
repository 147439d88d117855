#include "host/store/sql/sql_session.h"

#include <algorithm>
#include <limits>

namespace psa::store {
namespace {

std::size_t asCount(std::int64_t rows)
{
    return static_cast<std::size_t>(rows);
}

/// Erasing a body reads and writes pages in proportion to its length.
constexpr std::int64_t maxErasedBytes = std::int64_t{64} * 1024 * 1024;

/// Erases bodies, as far as one deleteDeliveryBodies() may.
class BodyErasure
{
public:
    BodyErasure(SqlDatabase &database, std::size_t max) : database_(database), max_(max) {}

    std::size_t erased() const { return erased_; }

    /// The bodies of `rows` (id and length) until `excess` bytes are gone.
    void erase(SqlStatement rows, std::int64_t excess)
    {
        std::vector<std::int64_t> ids; // first all of them, since they leave the index that is being read
        while (excess > 0 && erased_ + ids.size() < max_ && bytes_ < maxErasedBytes && rows.next())
        {
            ids.push_back(rows.integer(0));
            bytes_ += rows.integer(1);
            excess -= rows.integer(1);
        }
        for (const std::int64_t id : ids)
            database_.run("UPDATE delivery SET sealed_bytes = 0 WHERE id = ?1", id);
        erased_ += ids.size();
    }

private:
    SqlDatabase &database_;
    std::size_t max_;
    std::size_t erased_ = 0;
    std::int64_t bytes_ = 0;
};

/// Erases what is known of an event and of its delivery, and the details of its history and its episode's.
void purgeEvent(SqlDatabase &database, std::int64_t id, std::int64_t deliveryId, std::int64_t episodeId,
                PurgeCounts &counts)
{
    database.run("UPDATE event SET title = '', event_key = '', customer = '', customer_id = '' WHERE id = ?1", id);
    database.run("UPDATE event_document SET document = '', decision = '' WHERE id = ?1", id);
    ++counts.events;
    counts.deliveries +=
        asCount(database.runCounted("UPDATE delivery SET sealed_bytes = 0, request = '', reason = '' WHERE id = ?1"
                                    " AND (sealed_bytes > 0 OR request <> '' OR reason <> '')",
                                    deliveryId));
    const std::size_t ofEpisode = asCount(database.runCounted(
        "UPDATE event_step SET detail = '' WHERE episode_id <> 0 AND episode_id = ?1 AND detail <> ''", episodeId));
    const std::size_t ofEvent = asCount(database.runCounted(
        "UPDATE event_step SET detail = '' WHERE event_id <> 0 AND event_id = ?1 AND detail <> ''", id));
    counts.episodes += ofEpisode > 0 ? 1 : 0;
    counts.steps += ofEpisode + ofEvent;
}

struct PurgedEvent
{
    std::int64_t id;
    std::int64_t deliveryId;
    std::int64_t episodeId;
};

} // namespace

std::size_t SqlSession::deleteDeliveryBodies(clock::Clock::Wall before, std::int64_t maxTotalBytes, std::size_t max)
{
    BodyErasure erasure(database_, max);
    const auto most = static_cast<std::int64_t>(max);
    erasure.erase(
        database_.statement("SELECT id, sealed_bytes FROM delivery INDEXED BY delivery_with_body"
                            " WHERE state = 0 AND sealed_bytes > 0 AND received < ?1 ORDER BY received, id LIMIT ?2",
                            before, most),
        std::numeric_limits<std::int64_t>::max());
    const auto excess = [&] {
        return database_.integer("SELECT CAST(coalesce(sum(sealed_bytes), 0) AS BIGINT) FROM source_count") -
               maxTotalBytes;
    };
    if (excess() > 0)
        erasure.erase(database_.statement("SELECT id, sealed_bytes FROM delivery INDEXED BY delivery_with_body"
                                          " WHERE state = 0 AND sealed_bytes > 0 ORDER BY received, id LIMIT ?1",
                                          most),
                      excess());
    if (excess() > 0) // few wait, so there is no index by time
        erasure.erase(database_.statement("SELECT id, sealed_bytes FROM delivery INDEXED BY delivery_waiting"
                                          " WHERE state <> 0 AND sealed_bytes > 0 ORDER BY received, id LIMIT ?1",
                                          most),
                      excess());
    return erasure.erased();
}

std::size_t SqlSession::deleteEvents(clock::Clock::Wall before, std::size_t max)
{
    std::size_t deleted = 0;
    const auto remove = [&](const char *sql) {
        if (deleted < max)
            deleted += asCount(database_.runCounted(sql, before, static_cast<std::int64_t>(max - deleted)));
    };
    remove("DELETE FROM event WHERE id IN (SELECT id FROM event INDEXED BY event_received WHERE received < ?1"
           " ORDER BY received LIMIT ?2)");
    remove("DELETE FROM delivery WHERE id IN (SELECT id FROM delivery INDEXED BY delivery_received"
           " WHERE received < ?1 AND (state = 0 OR sealed_bytes = 0) ORDER BY received LIMIT ?2)");
    remove("DELETE FROM episode WHERE id IN (SELECT id FROM episode INDEXED BY episode_over"
           " WHERE state <> 0 AND seen < ?1 AND coalesce(ended, seen) < ?1 ORDER BY seen LIMIT ?2)");
    remove("DELETE FROM unknown_customer WHERE id IN (SELECT id FROM unknown_customer WHERE last < ?1 LIMIT ?2)");
    return deleted;
}

PurgeCounts SqlSession::purgeCustomer(const std::string &customer, std::size_t max)
{
    PurgeCounts counts;
    if (customer.empty())
        return counts;
    const std::string folded = lowerAscii(customer);
    std::vector<PurgedEvent> events;
    {
        SqlStatement rows = database_.statement(
            "SELECT id, delivery_id, episode_id FROM event WHERE id IN"
            " (SELECT id FROM event INDEXED BY event_of_customer WHERE customer <> '' AND lower(customer) = ?1"
            "  UNION SELECT id FROM event INDEXED BY event_of_customer_id"
            "  WHERE customer_id <> '' AND lower(customer_id) = ?1 LIMIT ?2)",
            folded, static_cast<std::int64_t>(max) + 1);
        while (rows.next())
            events.push_back({rows.integer(0), rows.integer(1), rows.integer(2)});
    }
    counts.more = events.size() > max;
    events.resize(std::min(events.size(), max));
    for (const PurgedEvent &each : events)
        purgeEvent(database_, each.id, each.deliveryId, each.episodeId, counts);
    counts.unknownCustomers = asCount(
        database_.runCounted("DELETE FROM unknown_customer WHERE lower(customer_id) = ?1 OR lower(name) = ?1", folded));
    return counts;
}

} // namespace psa::store
