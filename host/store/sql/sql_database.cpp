#include "host/store/sql/sql_database.h"

#include "host/secrets/crypto.h"

#include <algorithm>

namespace psa::store {

SqlDatabase::Prepared &SqlDatabase::find(const char *sql, bool assignsId)
{
    Prepared &known = prepared_[sql];
    if (known.cursor == nullptr)
    {
        known.cursor = prepare(sql, assignsId);
        known.table = changedBy(sql);
    }
    return known;
}

/// Tickets are noted one by one, see noteTicket().
SqlDatabase::ChangedTable SqlDatabase::changedBy(std::string_view sql)
{
    for (const std::string_view verb : {"INSERT INTO ", "UPDATE ", "DELETE FROM "})
    {
        if (!sql.starts_with(verb))
            continue;
        const std::string_view table = sql.substr(verb.size(), sql.find(' ', verb.size()) - verb.size());
        if (table == "connection")
            return ChangedTable::connection;
        if (table == "audit")
            return ChangedTable::audit;
        if (table == "delivery" || table == "event" || table == "episode" || table == "unknown_customer")
            return ChangedTable::events;
        if (table == "definition")
            return ChangedTable::definition;
        if (table == "value" || table == "session")
            return ChangedTable::settings;
    }
    return ChangedTable::other;
}

void SqlDatabase::noteChange(ChangedTable table)
{
    change_.connections |= table == ChangedTable::connection;
    change_.audit |= table == ChangedTable::audit;
    change_.events |= table == ChangedTable::events;
    change_.definitions |= table == ChangedTable::definition;
    change_.settings |= table == ChangedTable::settings;
}

std::int64_t hashOfKey(std::int64_t scopeId, std::string_view key)
{
    const auto digest = secrets::sha256(std::to_string(scopeId) + ":" + std::string(key));
    std::uint64_t hash = 0;
    for (std::size_t i = 0; i < sizeof hash; ++i)
        hash = hash << 8U | digest[i];
    return static_cast<std::int64_t>(hash);
}

std::string lowerAscii(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char each) { return each >= 'A' && each <= 'Z' ? static_cast<char>(each - 'A' + 'a') : each; });
    return text;
}

} // namespace psa::store
