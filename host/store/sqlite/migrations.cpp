#include "host/store/sqlite/migrations.h"

#include "host/store/store_error.h"

#include <string>

namespace psa::store {

void migrate(SqliteDatabase &database, const std::vector<const char *> &versions)
{
    const auto newest = static_cast<std::int64_t>(versions.size());
    const std::int64_t found = database.integer("PRAGMA user_version");
    if (found > newest || found < 0)
        throw StoreRefused("the store has schema version " + std::to_string(found) +
                           ", and this psa-host supports up to " + std::to_string(newest) +
                           "; use the psa-host version that wrote it, or a newer one");
    for (std::int64_t version = found + 1; version <= newest; ++version)
    {
        database.execute("BEGIN IMMEDIATE");
        try
        {
            database.execute(versions.at(static_cast<std::size_t>(version - 1)));
            database.execute(("PRAGMA user_version = " + std::to_string(version)).c_str());
            database.execute("COMMIT");
        }
        catch (...)
        {
            if (database.inTransaction())
                database.execute("ROLLBACK");
            throw;
        }
    }
}

} // namespace psa::store
