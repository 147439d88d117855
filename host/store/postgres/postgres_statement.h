#pragma once

#include "host/store/postgres/postgres_connection.h"

#include <optional>

namespace psa::store {

class PostgresDatabase;

/// A statement as PostgreSQL takes it.
struct PostgresSql
{
    std::string text;
    std::size_t parameters = 0;
    std::string idSequence;  ///< Of the table of an INSERT that assigns an id, which is the last parameter; else "".
    std::string mergedTable; ///< Of a write that can be merged with others of its kind, see mergedSql(); else "".
};

/// Translates a statement that is written for both databases, see SqlDatabase. `assignsId`: it is an INSERT whose id is to
/// be given.
PostgresSql toPostgres(std::string_view sql, bool assignsId);

/// The values of one run of a statement.
using PostgresRow = std::vector<std::optional<std::string>>;

/// For many runs of a statement at once, with an array for each parameter: an INSERT of one row, or an UPDATE of the row
/// whose id is $1. `types`: of the parameters. "" for any other statement.
std::string mergedSql(std::string_view sql, const std::vector<unsigned> &types);

/// A statement of a PostgresDatabase with its values and, once it has run, all of its rows.
class PostgresStatement final : public SqlCursor
{
public:
    PostgresStatement(PostgresDatabase &database, PostgresSql sql);

    void bindInteger(int parameter, std::int64_t value) override;
    void bindText(int parameter, std::string_view text) override;
    void bindBlob(int parameter, std::string_view bytes) override;
    void bindNull(int parameter, Type type) override;
    /// What is bound, each as PostgreSQL's binary format has it; nullopt = NULL.
    PostgresRow values() const;
    /// For each parameter the array of its values. `types`: of these.
    void bindArrays(const std::vector<unsigned> &types, const std::vector<PostgresRow> &rows);
    bool next() override;
    void reset() noexcept override;
    bool isNull(int column) const override;
    std::int64_t integer(int column) const override;
    std::string text(int column) const override;

    const PostgresSql &sql() const { return sql_; }
    const PostgresParameters &parameters() const { return parameters_; }

    /// Its name on the server; "" = it is not prepared there.
    const std::string &preparedAs() const { return preparedAs_; }
    void prepareAs(const std::string &name) { preparedAs_ = name; }

private:
    void set(int parameter, unsigned type, int format);

    PostgresDatabase &database_;
    const PostgresSql sql_;
    PostgresParameters parameters_;
    std::string preparedAs_;
    PostgresAnswer rows_;
    int row_ = -1;
    bool ran_ = false;
};

} // namespace psa::store
