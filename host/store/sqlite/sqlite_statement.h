#pragma once

#include "host/clock/clock.h"

#include <sqlite3.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace psa::store {

/// Bytes that are not text.
struct SqliteBlob
{
    std::string_view bytes;
};

/// One run of a prepared statement, which is made ready for its next run when this ends. Throws SqliteError. Columns
/// count from 0, parameters from 1.
class SqliteStatement
{
public:
    /// `prepared` stays the caller's and outlives this; nobody else runs it meanwhile.
    explicit SqliteStatement(sqlite3_stmt *prepared) : statement_(prepared) {}
    ~SqliteStatement();
    SqliteStatement(const SqliteStatement &) = delete;
    SqliteStatement &operator=(const SqliteStatement &) = delete;
    SqliteStatement(SqliteStatement &&other) noexcept;
    SqliteStatement &operator=(SqliteStatement &&) = delete;

    // What is bound is copied.
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

    /// Goes to the next row; false = there is none.
    bool next();
    /// Runs it to its end, for statements without rows.
    void run();
    /// The first column of all rows.
    std::vector<std::int64_t> integers();

    bool isNull(int column) const;
    std::int64_t integer(int column) const;
    std::string text(int column) const; ///< Also of a blob; "" for NULL.
    clock::Clock::Wall time(int column) const;
    std::optional<clock::Clock::Wall> optionalTime(int column) const;

private:
    void check(int code) const;

    sqlite3_stmt *statement_;
};

/// As it is stored: milliseconds since 1970, rounded down.
std::int64_t toStoredTime(clock::Clock::Wall time);
clock::Clock::Wall fromStoredTime(std::int64_t ms);

} // namespace psa::store
