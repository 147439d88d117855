#pragma once

#include "host/store/sql/sql_statement.h"

#include <sqlite3.h>

namespace psa::store {

/// A prepared statement of SQLite.
class SqliteStatement final : public SqlCursor
{
public:
    /// Owns `prepared`.
    explicit SqliteStatement(sqlite3_stmt *prepared) : statement_(prepared) {}
    ~SqliteStatement() override { sqlite3_finalize(statement_); }

    void bindInteger(int parameter, std::int64_t value) override;
    void bindText(int parameter, std::string_view text) override;
    void bindBlob(int parameter, std::string_view bytes) override;
    void bindNull(int parameter, Type type) override;
    bool next() override;
    void reset() noexcept override;
    bool isNull(int column) const override;
    std::int64_t integer(int column) const override;
    std::string text(int column) const override;

private:
    void check(int code) const;

    sqlite3_stmt *statement_;
};

} // namespace psa::store
