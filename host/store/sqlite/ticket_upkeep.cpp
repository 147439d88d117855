#include "host/store/sqlite/ticket_upkeep.h"

#include "host/store/store_writer.h"

#include <algorithm>

namespace psa::host {
namespace {

std::size_t deletePlain(SqliteContext &context, Clock::Wall before, std::size_t max)
{
    return static_cast<std::size_t>(
        context.database.run("DELETE FROM ticket WHERE id IN (SELECT id FROM ticket INDEXED BY ticket_ended_plain"
                             " WHERE ended IS NOT NULL AND key_hash IS NULL AND ended < ?1 ORDER BY ended LIMIT ?2)",
                             before, static_cast<std::int64_t>(max)));
}

std::size_t deleteKeyed(SqliteContext &context, Clock::Wall before, std::size_t max)
{
    return static_cast<std::size_t>(context.database.run(
        "DELETE FROM ticket WHERE id IN (SELECT id FROM ticket INDEXED BY ticket_ended_keyed"
        " WHERE ended IS NOT NULL AND key_hash IS NOT NULL AND ended < ?1 ORDER BY ended LIMIT ?2)",
        before, static_cast<std::int64_t>(max)));
}

} // namespace

std::size_t deleteEndedTickets(SqliteContext &context, Clock::Wall before, std::size_t max)
{
    const std::size_t plain = deletePlain(context, before, max);
    const std::size_t keyed =
        deleteKeyed(context, std::min(before, context.now() - StoreWriter::keyLifetime), max - plain);
    context.deletedKeys += keyed;
    return plain + keyed;
}

std::uint64_t recoverTickets(SqliteContext &context, bool all)
{
    const Clock::Wall now = context.now();
    // Held tickets that nobody had in hand are among them: whether one is looked for now or when it is released is alike.
    context.database.run("UPDATE ticket SET due = ?1, fence = fence + 1"
                         " WHERE connection_id IN (SELECT id FROM connection) AND state IN (2, 3, 4, 7)"
                         " AND due IS NULL AND open_since IS NOT NULL",
                         now);
    const std::int64_t sending =
        context.database.run("UPDATE ticket SET state = 4, due = ?1, changed = ?1, open_since = ?1,"
                             " fence = fence + 1, reason_code = 'crash',"
                             " reason_text = 'psa-host ended while it was being sent; it will be looked up in the PSA'"
                             " WHERE connection_id IN (SELECT id FROM connection) AND state = 1",
                             now);
    if (!all)
        return static_cast<std::uint64_t>(sending);
    context.database.run("UPDATE ticket SET open_since = ?1"
                         " WHERE connection_id IN (SELECT id FROM connection) AND state = 4",
                         now); // it may have been sent once more since
    const std::int64_t rest = context.database.run(
        "UPDATE ticket SET state = 4, due = ?1, changed = ?1, open_since = ?1,"
        " fence = fence + 1, reason_code = 'restored',"
        " reason_text = 'the store was restored and may be older than what was sent; it will be looked up in the PSA'"
        " WHERE connection_id IN (SELECT id FROM connection) AND state IN (0, 2, 3, 5)",
        now);
    return static_cast<std::uint64_t>(sending + rest);
}

void loadKeys(SqliteContext &context)
{
    KeyTable keys; // the old one is good until this one is whole
    SqliteStatement rows = context.database.statement(
        "SELECT id, key_hash FROM ticket INDEXED BY ticket_key WHERE key_hash IS NOT NULL ORDER BY id");
    while (rows.next())
        keys.add(rows.integer(1), rows.integer(0));
    context.keys = std::move(keys);
    context.deletedKeys = 0;
}

} // namespace psa::host
