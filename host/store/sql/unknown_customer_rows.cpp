#include "host/store/sql/sql_session.h"

namespace psa::store {

std::vector<UnknownCustomer> SqlSession::unknownCustomers(std::size_t max) const
{
    std::vector<UnknownCustomer> found;
    SqlStatement rows = database_.statement("SELECT source, customer_id, name, first, last, n, event_id"
                                            " FROM unknown_customer ORDER BY last DESC, id DESC LIMIT ?1",
                                            static_cast<std::int64_t>(max));
    while (rows.next())
        found.push_back(
            {rows.text(0), rows.text(1), rows.text(2), rows.time(3), rows.time(4), rows.integer(5), rows.integer(6)});
    return found;
}

bool SqlSession::noteUnknownCustomer(const UnknownCustomer &seen)
{
    if (database_.runCounted(
            "UPDATE unknown_customer SET n = n + ?5, first = CASE WHEN first > ?6 THEN ?6 ELSE first END,"
            " event_id = CASE WHEN last > ?7 THEN event_id ELSE ?4 END, last = CASE WHEN last < ?7 THEN ?7 ELSE last "
            "END"
            " WHERE source = ?1 AND customer_id = ?2 AND name = ?3",
            seen.source, seen.id, seen.name, seen.eventId, seen.count, seen.first, seen.last) > 0)
        return false;
    const std::int64_t excess =
        database_.integer("SELECT count(*) FROM unknown_customer") + 1 - static_cast<std::int64_t>(maxUnknownCustomers);
    if (excess > 0)
        database_.run("DELETE FROM unknown_customer WHERE id IN"
                      " (SELECT id FROM unknown_customer ORDER BY last, id LIMIT ?1)",
                      excess);
    database_.insert("INSERT INTO unknown_customer (source, customer_id, name, first, last, n, event_id)"
                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                     seen.source, seen.id, seen.name, seen.first, seen.last, seen.count, seen.eventId);
    return true;
}

bool SqlSession::forgetUnknownCustomer(const std::string &source, const std::string &id, const std::string &name)
{
    return database_.runCounted("DELETE FROM unknown_customer WHERE source = ?1 AND customer_id = ?2 AND name = ?3",
                                source, id, name) > 0;
}

} // namespace psa::store
