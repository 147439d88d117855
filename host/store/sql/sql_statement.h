#pragma once

#include "host/clock/clock.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace psa::store {

/// Binary data.
struct SqlBlob
{
    std::string_view bytes;
};

/// A prepared statement of a database. Throws SqlError. Columns count from 0, parameters from 1.
class SqlCursor
{
public:
    enum class Type
    {
        integer,
        text,
        blob
    };

    SqlCursor() = default;
    virtual ~SqlCursor() = default;
    SqlCursor(const SqlCursor &) = delete;
    SqlCursor &operator=(const SqlCursor &) = delete;

    // Bound values are copied.
    virtual void bindInteger(int parameter, std::int64_t value) = 0;
    virtual void bindText(int parameter, std::string_view text) = 0;
    virtual void bindBlob(int parameter, std::string_view bytes) = 0;
    /// NULL, where a value would have this type.
    virtual void bindNull(int parameter, Type type) = 0;

    /// Moves to the next row, at first to the first one; false = there is none.
    virtual bool next() = 0;
    /// Ends the run and forgets the bound values.
    virtual void reset() noexcept = 0;

    virtual bool isNull(int column) const = 0;
    virtual std::int64_t integer(int column) const = 0;
    virtual std::string text(int column) const = 0;
};

/// As stored: milliseconds since 1970, rounded down.
std::int64_t toStoredTime(clock::Clock::Wall time);
clock::Clock::Wall fromStoredTime(std::int64_t ms);

/// One run of a prepared statement, which is reset when this is destroyed. Throws SqlError. Columns count from 0, parameters
/// from 1.
class SqlStatement
{
public:
    /// `prepared` is owned by the database, outlives this, and must not be used elsewhere meanwhile.
    explicit SqlStatement(SqlCursor &prepared) : cursor_(&prepared) {}
    ~SqlStatement()
    {
        if (cursor_ != nullptr)
            cursor_->reset();
    }
    SqlStatement(const SqlStatement &) = delete;
    SqlStatement &operator=(const SqlStatement &) = delete;
    SqlStatement(SqlStatement &&other) noexcept : cursor_(std::exchange(other.cursor_, nullptr)) {}
    SqlStatement &operator=(SqlStatement &&) = delete;

    void bind(int parameter, std::int64_t value) { cursor_->bindInteger(parameter, value); }
    void bind(int parameter, int value) { cursor_->bindInteger(parameter, value); }
    void bind(int parameter, bool value) { cursor_->bindInteger(parameter, value ? 1 : 0); }
    void bind(int parameter, std::string_view text) { cursor_->bindText(parameter, text); }
    void bind(int parameter, const std::string &text) { cursor_->bindText(parameter, text); }
    void bind(int parameter, const char *text) { cursor_->bindText(parameter, text); }
    void bind(int parameter, SqlBlob blob) { cursor_->bindBlob(parameter, blob.bytes); }
    void bind(int parameter, clock::Clock::Wall time) { cursor_->bindInteger(parameter, toStoredTime(time)); }
    void bind(int parameter, const std::optional<std::int64_t> &value) { bindOptional(parameter, value); }
    void bind(int parameter, const std::optional<clock::Clock::Wall> &value) { bindOptional(parameter, value); }
    void bind(int parameter, const std::optional<std::string> &value)
    {
        value ? bind(parameter, *value) : cursor_->bindNull(parameter, SqlCursor::Type::text);
    }

    /// Moves to the next row; false = there is none.
    bool next() { return cursor_->next(); }
    /// The first column of all rows.
    std::vector<std::int64_t> integers();

    bool isNull(int column) const { return cursor_->isNull(column); }
    std::int64_t integer(int column) const { return cursor_->integer(column); }
    std::string text(int column) const { return cursor_->text(column); } ///< Also for a blob; "" for NULL.
    clock::Clock::Wall time(int column) const { return fromStoredTime(integer(column)); }
    std::optional<clock::Clock::Wall> optionalTime(int column) const;

private:
    template <class T>
    void bindOptional(int parameter, const std::optional<T> &value)
    {
        value ? bind(parameter, *value) : cursor_->bindNull(parameter, SqlCursor::Type::integer);
    }

    SqlCursor *cursor_;
};

} // namespace psa::store
