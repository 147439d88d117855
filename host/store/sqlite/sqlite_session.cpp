#include "host/store/sqlite/sqlite_session.h"

namespace psa::store {

std::optional<std::int64_t> SqliteSession::idByKey(std::int64_t connectionId, const std::string &key) const
{
    std::optional<std::int64_t> found;
    keys_.find(hashOfKey(connectionId, key), [&](std::int64_t id) {
        const bool same =
            database_.integer("SELECT count(*) FROM ticket WHERE id = ?1 AND connection_id = ?2 AND key = ?3", id,
                              connectionId, key) == 1;
        if (same)
            found = id;
        return same;
    });
    return found;
}

void SqliteSession::loadKeys()
{
    KeyTable keys; // the old one stays valid until this one is complete
    SqlStatement rows = database_.statement(
        "SELECT id, key_hash FROM ticket INDEXED BY ticket_key WHERE key_hash IS NOT NULL ORDER BY id");
    while (rows.next())
        keys.add(rows.integer(1), rows.integer(0));
    keys_ = std::move(keys);
    deletedKeys_ = 0;
}

} // namespace psa::store
