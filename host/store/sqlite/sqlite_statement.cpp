#include "host/store/sqlite/sqlite_statement.h"

#include "host/store/sqlite/sqlite_database.h"

namespace psa::store {

void SqliteStatement::bindInteger(int parameter, std::int64_t value)
{
    check(sqlite3_bind_int64(statement_, parameter, value));
}

void SqliteStatement::bindText(int parameter, std::string_view text)
{
    // A null pointer would bind NULL instead of an empty string.
    const char *data = text.data() == nullptr ? "" : text.data();
    check(sqlite3_bind_text64(statement_, parameter, data, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

void SqliteStatement::bindBlob(int parameter, std::string_view bytes)
{
    const char *data = bytes.data() == nullptr ? "" : bytes.data();
    check(sqlite3_bind_blob64(statement_, parameter, data, bytes.size(), SQLITE_TRANSIENT));
}

void SqliteStatement::bindNull(int parameter, Type)
{
    check(sqlite3_bind_null(statement_, parameter));
}

bool SqliteStatement::next()
{
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW)
        return true;
    if (code != SQLITE_DONE)
        check(code);
    return false;
}

void SqliteStatement::reset() noexcept
{
    sqlite3_reset(statement_); // returns the error of the last step again, which was already thrown
    sqlite3_clear_bindings(statement_);
}

bool SqliteStatement::isNull(int column) const
{
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::int64_t SqliteStatement::integer(int column) const
{
    return sqlite3_column_int64(statement_, column);
}

std::string SqliteStatement::text(int column) const
{
    const auto *data = static_cast<const char *>(sqlite3_column_blob(statement_, column));
    return data == nullptr ? std::string()
                           : std::string(data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}

void SqliteStatement::check(int code) const
{
    if (code == SQLITE_OK)
        return;
    sqlite3 *connection = sqlite3_db_handle(statement_);
    throw SqliteError(sqlite3_extended_errcode(connection),
                      std::string(sqlite3_errmsg(connection)) + " (" + sqlite3_errstr(code) + ")");
}

} // namespace psa::store
