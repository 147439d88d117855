#include "host/store/sql/sql_session.h"

#include <set>

namespace psa::store {
namespace {

/// The window of this row, which is the last one if the row belongs to it.
net::BudgetSnapshot::Window &windowOf(net::BudgetSnapshot &snapshot, const SqlStatement &row)
{
    const std::chrono::seconds length(row.integer(2));
    if (snapshot.windows.empty() || snapshot.windows.back().group != row.text(0) ||
        snapshot.windows.back().limitKey != row.text(1) || snapshot.windows.back().length != length)
        snapshot.windows.push_back({row.text(0), row.text(1), length, {}});
    return snapshot.windows.back();
}

} // namespace

net::BudgetSnapshot SqlSession::budgets() const
{
    net::BudgetSnapshot snapshot;
    SqlStatement buckets = database_.statement("SELECT shared_by, limit_key, length_s, ends, n"
                                               " FROM budget_bucket WHERE length_s BETWEEN 1 AND 31 * 86400 AND n >= 0"
                                               " ORDER BY 1, 2, 3, 4"); // any other value is damage
    while (buckets.next())
        windowOf(snapshot, buckets)
            .buckets.push_back({buckets.integer(3), static_cast<std::size_t>(buckets.integer(4))});
    SqlStatement pauses = database_.statement("SELECT shared_by, limit_key, until FROM budget_pause ORDER BY 1, 2");
    while (pauses.next())
        snapshot.pauses.push_back({pauses.text(0), pauses.text(1), pauses.integer(2)});
    return snapshot;
}

void SqlSession::saveBudgets(const net::BudgetSnapshot &snapshot)
{
    database_.run("DELETE FROM budget_bucket WHERE ends + length_s * 1000 <= ?1", now());
    database_.run("DELETE FROM budget_pause WHERE until <= ?1", now());
    std::set<std::string> groups;
    for (const auto &window : snapshot.windows)
        groups.insert(window.group);
    for (const auto &pause : snapshot.pauses)
        groups.insert(pause.group);
    for (const std::string &group : groups)
    {
        collideOver(("the quota of " + group).c_str()); // there may be no row yet to collide over
        database_.run("DELETE FROM budget_bucket WHERE shared_by = ?1", group);
        database_.run("DELETE FROM budget_pause WHERE shared_by = ?1", group);
    }
    for (const auto &window : snapshot.windows)
        for (const auto &bucket : window.buckets)
            database_.run("INSERT INTO budget_bucket VALUES (?1, ?2, ?3, ?4, ?5)", window.group, window.limitKey,
                          static_cast<std::int64_t>(window.length.count()), bucket.endUnixMs,
                          static_cast<std::int64_t>(bucket.count));
    for (const auto &pause : snapshot.pauses)
        database_.run("INSERT INTO budget_pause VALUES (?1, ?2, ?3)", pause.group, pause.limitKey, pause.untilUnixMs);
}

} // namespace psa::store
