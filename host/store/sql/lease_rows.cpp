#include "host/store/sql/sql_session.h"

namespace psa::store {
namespace {

LeaseRow leaseOf(const SqlStatement &row)
{
    return {{static_cast<LeaseKind>(row.integer(0)), row.text(1)}, row.text(2), row.integer(3), row.time(4)};
}

std::int64_t numberOf(LeaseKind kind)
{
    return static_cast<std::int64_t>(kind);
}

} // namespace

std::vector<HostRow> SqlSession::hosts() const
{
    SqlStatement row = database_.statement(
        "SELECT owner, name, version, started, seen, draining, offers, address FROM host ORDER BY owner");
    std::vector<HostRow> all;
    while (row.next())
        all.push_back({row.text(0), row.text(1), row.text(2), row.time(3), row.time(4), row.integer(5) != 0,
                       row.text(6), row.text(7)});
    return all;
}

std::vector<LeaseRow> SqlSession::leases() const
{
    SqlStatement row = database_.statement("SELECT kind, name, owner, fence, until FROM lease ORDER BY kind, name");
    std::vector<LeaseRow> all;
    while (row.next())
        all.push_back(leaseOf(row));
    return all;
}

std::vector<DutyRow> SqlSession::duties() const
{
    SqlStatement row = database_.statement("SELECT name, owner, host, began, ended FROM duty ORDER BY name");
    std::vector<DutyRow> all;
    while (row.next())
        all.push_back({row.text(0), row.text(1), row.text(2), row.time(3), row.optionalTime(4)});
    return all;
}

void SqlSession::saveDuty(const DutyRow &duty)
{
    database_.run("INSERT INTO duty (name, owner, host, began, ended) VALUES (?1, ?2, ?3, ?4, ?5)"
                  " ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, host = excluded.host,"
                  " began = excluded.began, ended = excluded.ended",
                  duty.name, duty.owner, duty.host, duty.began, duty.ended);
}

void SqlSession::saveHost(const HostRow &host)
{
    database_.run("INSERT INTO host (owner, name, version, started, seen, draining, offers, address)"
                  " VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6, ?7)"
                  " ON CONFLICT (owner) DO UPDATE SET name = excluded.name, version = excluded.version,"
                  " seen = excluded.seen, draining = excluded.draining, offers = excluded.offers,"
                  " address = excluded.address",
                  host.owner, host.name, host.version, now(), host.draining, host.offersJson, host.address);
}

void SqlSession::removeHost(const std::string &owner)
{
    database_.run("DELETE FROM host WHERE owner = ?1", owner);
    database_.run("UPDATE lease SET owner = '' WHERE owner = ?1", owner);
}

std::optional<LeaseRow> SqlSession::takeLease(const LeaseName &name, const std::string &owner,
                                              std::chrono::milliseconds time)
{
    database_.run("INSERT INTO lease (kind, name, owner, fence, until) VALUES (?1, ?2, '', 0, 0)"
                  " ON CONFLICT (kind, name) DO NOTHING",
                  numberOf(name.kind), name.of);
    SqlStatement row = database_.statement("UPDATE lease SET fence = fence + CASE WHEN owner = ?3 THEN 0 ELSE 1 END,"
                                           " owner = ?3, until = ?5"
                                           " WHERE kind = ?1 AND name = ?2 AND (owner IN ('', ?3) OR until <= ?4)"
                                           " RETURNING kind, name, owner, fence, until",
                                           numberOf(name.kind), name.of, owner, now(), now() + time);
    return row.next() ? std::optional(leaseOf(row)) : std::nullopt;
}

std::size_t SqlSession::renewLeases(const std::string &owner, std::chrono::milliseconds time)
{
    return static_cast<std::size_t>(
        database_.runCounted("UPDATE lease SET until = ?2 WHERE owner = ?1", owner, now() + time));
}

void SqlSession::giveLease(const LeaseName &name, const std::string &owner)
{
    database_.run("UPDATE lease SET owner = '' WHERE kind = ?1 AND name = ?2 AND owner = ?3", numberOf(name.kind),
                  name.of, owner);
}

void SqlSession::requireLease(const LeaseName &name, const std::string &owner, std::int64_t fence)
{
    SqlStatement row = database_.statement("SELECT 1 FROM lease WHERE kind = ?1 AND name = ?2 AND owner = ?3"
                                           " AND fence = ?4 AND until > ?5 /* FOR SHARE */",
                                           numberOf(name.kind), name.of, owner, fence, now());
    if (!row.next())
        throw StoreError(StoreError::Kind::leaseLost, "this host does not have the lease on \"" + name.of + "\"");
}

} // namespace psa::store
