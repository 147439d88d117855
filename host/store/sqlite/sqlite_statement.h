#pragma once

#include "host/clock/clock.h"

#include <sqlite3.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace psa::store {

/// Binary data.
struct SqliteBlob
{
    std::string_view bytes;
};

/// One run of a prepared statement, which is reset when this is destroyed. Throws SqliteError. Columns count from 0,
/// parameters from 1.
class SqliteStatement
{
public:
    /// `prepared` is owned by the caller, outlives this, and must not be used elsewhere meanwhile.
    explicit SqliteStatement(sqlite3_stmt *prepared) : statement_(prepared) {}
    ~SqliteStatement();
    SqliteStatement(const SqliteStatement &) = delete;
    SqliteStatement &operator=(const SqliteStatement &) = delete;
    SqliteStatement(SqliteStatement &&other) noexcept;
    SqliteStatement &operator=(SqliteStatement &&) = delete;

    // Bound values are copied.
    void bind(int parameter, std::int64_t value);
    void bind(int parameter, int value) { bind(parameter, std::int64_t{value}); }
    void bind(int parameter, bool value) { bind(parameter, std::int64_t{value}); }
    void bind(int parameter, std::string_view text);
    void bind(int parameter, const std::string &text) { bind(parameter, std::string_view(text)); }
    void bind(int parameter, SqliteBlob blob);
    void bind(int parameter, clock::Clock::Wall time);
    void bind(int parameter, std::nullopt_t);
    template <class T>
    void bind(int parameter, const std::optional<T> &value)
    {
        value ? bind(parameter, *value) : bind(parameter, std::nullopt);
    }

    /// Moves to the next row; false = there is none.
    bool next();
    /// Runs a statement without rows to its end.
    void run();
    /// The first column of all rows.
    std::vector<std::int64_t> integers();

    bool isNull(int column) const;
    std::int64_t integer(int column) const;
    std::string text(int column) const; ///< Also for a blob; "" for NULL.
    clock::Clock::Wall time(int column) const;
    std::optional<clock::Clock::Wall> optionalTime(int column) const;

private:
    void check(int code) const;

    sqlite3_stmt *statement_;
};

/// As stored: milliseconds since 1970, rounded down.
std::int64_t toStoredTime(clock::Clock::Wall time);
clock::Clock::Wall fromStoredTime(std::int64_t ms);

} // namespace psa::store
