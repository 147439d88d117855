#include "host/store/sql/sql_session.h"

namespace psa::store {

std::vector<StoredSession> SqlSession::sessions() const
{
    std::vector<StoredSession> all;
    SqlStatement rows = database_.statement("SELECT digest, token_id, began, seen FROM session ORDER BY digest");
    while (rows.next())
        all.push_back({rows.text(0), rows.text(1), rows.time(2), rows.time(3)});
    return all;
}

void SqlSession::saveSession(const StoredSession &session)
{
    database_.run("INSERT INTO session (digest, token_id, began, seen) VALUES (?1, ?2, ?3, ?4)"
                  " ON CONFLICT (digest) DO UPDATE SET token_id = excluded.token_id, began = excluded.began,"
                  " seen = excluded.seen",
                  session.digest, session.tokenId, session.began, session.seen);
}

void SqlSession::touchSession(const std::string &digest, clock::Clock::Wall seen)
{
    database_.run("UPDATE session SET seen = ?2 WHERE digest = ?1 AND seen < ?2", digest, seen);
}

void SqlSession::removeSession(const std::string &digest)
{
    database_.run("DELETE FROM session WHERE digest = ?1", digest);
}

} // namespace psa::store
