#include "host/store/postgres/postgres_statement.h"

#include "host/json/utf8.h"
#include "host/store/postgres/postgres_database.h"

#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <stdexcept>

namespace psa::store {
namespace {

// From the server's pg_type.
constexpr unsigned int8Oid = 20;
constexpr unsigned textOid = 25;
constexpr unsigned byteaOid = 17;
constexpr unsigned int8ArrayOid = 1016;
constexpr unsigned textArrayOid = 1009;
constexpr unsigned byteaArrayOid = 1001;

unsigned arrayTypeOf(unsigned type)
{
    return type == int8Oid ? int8ArrayOid : type == textOid ? textArrayOid : byteaArrayOid;
}

/// Big-endian, as in PostgreSQL's binary format.
template <class Number>
std::string bytesOf(Number value)
{
    std::string bytes(sizeof value, '\0');
    for (std::size_t i = 0; i < sizeof value; ++i)
        bytes[i] = static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * (sizeof value - 1 - i)));
    return bytes;
}

/// PostgreSQL's binary format of an array of one dimension.
std::string arrayOf(unsigned type, const std::vector<PostgresRow> &rows, std::size_t parameter)
{
    constexpr std::int32_t dimensions = 1;
    constexpr std::int32_t mayHaveNulls = 1;
    constexpr std::int32_t lowerBound = 1;
    constexpr std::int32_t null = -1;
    std::string array = bytesOf(dimensions) + bytesOf(mayHaveNulls) + bytesOf(static_cast<std::int32_t>(type)) +
                        bytesOf(static_cast<std::int32_t>(rows.size())) + bytesOf(lowerBound);
    for (const PostgresRow &row : rows)
        if (const auto &value = row.at(parameter))
            array += bytesOf(static_cast<std::int32_t>(value->size())) + *value;
        else
            array += bytesOf(null);
    return array;
}

/// "$3" becomes "v.p3".
std::string withColumns(std::string_view sql)
{
    std::string text;
    for (const char each : sql)
        text += each == '$' ? std::string("v.p") : std::string(1, each);
    return text;
}

/// "unnest($1::int8[], $2::text[]) AS v(p1, p2)".
std::string unnested(const std::vector<unsigned> &types)
{
    std::string arrays;
    std::string names;
    for (std::size_t i = 0; i < types.size(); ++i)
    {
        const std::string number = std::to_string(i + 1);
        const std::string type = types[i] == int8Oid ? "int8" : types[i] == textOid ? "text" : "bytea";
        arrays += (i == 0 ? "$" : ", $") + number + "::" + type + "[]";
        names += (i == 0 ? "p" : ", p") + number;
    }
    return "unnest(" + arrays + ") AS v(" + names + ")";
}

/// As PostgreSQL can store it: valid UTF-8 without NUL.
std::string storableText(std::string_view text)
{
    std::string storable = json::isValidUtf8(text) ? std::string(text) : json::replaceInvalidUtf8(text);
    for (std::size_t at = storable.find('\0'); at != std::string::npos; at = storable.find('\0', at))
        storable.replace(at, 1, "\xEF\xBF\xBD");
    return storable;
}

bool isNameByte(char byte)
{
    return std::isalnum(static_cast<unsigned char>(byte)) != 0 || byte == '_' || byte == '.';
}

/// " INDEXED BY name" is removed.
void removeIndexNames(std::string &sql)
{
    constexpr std::string_view hint = " INDEXED BY ";
    for (std::size_t at = sql.find(hint); at != std::string::npos; at = sql.find(hint, at))
    {
        const auto end =
            std::find_if_not(sql.begin() + static_cast<std::ptrdiff_t>(at + hint.size()), sql.end(), isNameByte);
        sql.erase(sql.begin() + static_cast<std::ptrdiff_t>(at), end);
    }
}

/// "column -> '$.member'" becomes "json_member(column, 'member')".
void callJsonMember(std::string &sql)
{
    constexpr std::string_view arrow = " -> '$.";
    for (std::size_t at = sql.find(arrow); at != std::string::npos; at = sql.find(arrow, at))
    {
        std::size_t begin = at;
        while (begin > 0 && isNameByte(sql[begin - 1]))
            --begin;
        const std::size_t end = sql.find('\'', at + arrow.size());
        const std::string column = sql.substr(begin, at - begin);
        const std::string member = sql.substr(at + arrow.size(), end - at - arrow.size());
        sql.replace(begin, end + 1 - begin, "json_member(" + column + ", '" + member + "')");
    }
}

/// Rows of these tables may be written in any order: what one of them does not concern another, or the same id in a table.
constexpr std::array<std::string_view, 3> mergedTables = {"ticket", "ticket_document", "audit"};

/// Of an INSERT or UPDATE; "" if it is none of these tables.
std::string mergedTableOf(std::string_view sql)
{
    for (const std::string_view table : mergedTables)
        for (const std::string_view verb : {"INSERT INTO ", "UPDATE "})
            if (sql.starts_with(std::string(verb) + std::string(table) + " "))
                return std::string(table);
    return "";
}

/// "?3" becomes "$3". Returns the highest number.
std::size_t numberParameters(std::string &sql)
{
    std::size_t highest = 0;
    for (std::size_t at = sql.find('?'); at != std::string::npos; at = sql.find('?', at))
    {
        sql[at] = '$';
        highest = std::max<std::size_t>(highest, std::stoul(sql.substr(at + 1, 3)));
    }
    return highest;
}

/// "INSERT INTO t (a) VALUES (1)" becomes "INSERT INTO t (id, a) VALUES ($n, 1)".
void giveId(PostgresSql &sql)
{
    constexpr std::string_view verb = "INSERT INTO ";
    const std::size_t columns = sql.text.find(" (");
    const std::size_t values = sql.text.find(" VALUES (");
    if (!sql.text.starts_with(verb) || columns == std::string::npos || values == std::string::npos || columns > values)
        throw std::logic_error("an INSERT that assigns an id must name its columns: " + sql.text);
    sql.idSequence = sql.text.substr(verb.size(), columns - verb.size()) + "_id";
    ++sql.parameters;
    sql.text.insert(values + std::string_view(" VALUES (").size(), "$" + std::to_string(sql.parameters) + ", ");
    sql.text.insert(columns + 2, "id, ");
}

} // namespace

PostgresSql toPostgres(std::string_view sql, bool assignsId)
{
    PostgresSql translated{std::string(sql), 0, "", ""};
    removeIndexNames(translated.text);
    callJsonMember(translated.text);
    constexpr std::string_view lock = "/* FOR SHARE */";
    if (translated.text.ends_with(lock))
        translated.text.replace(translated.text.size() - lock.size(), lock.size(), "FOR SHARE");
    translated.parameters = numberParameters(translated.text);
    if (assignsId)
        giveId(translated);
    if (!mergedSql(translated.text, {}).empty())
        translated.mergedTable = mergedTableOf(translated.text);
    return translated;
}

std::string mergedSql(std::string_view sql, const std::vector<unsigned> &types)
{
    constexpr std::string_view values = " VALUES (";
    constexpr std::string_view ofRow = " WHERE id = $1";
    const std::size_t at = sql.find(values);
    if (sql.starts_with("INSERT INTO ") && at != std::string_view::npos && sql.ends_with(')') &&
        sql.find(" ON CONFLICT") == std::string_view::npos)
    {
        const std::string_view row = sql.substr(at + values.size(), sql.size() - 1 - at - values.size());
        return std::string(sql.substr(0, at)) + " SELECT " + withColumns(row) + " FROM " + unnested(types);
    }
    if (sql.starts_with("UPDATE ") && sql.ends_with(ofRow))
        return withColumns(sql.substr(0, sql.size() - ofRow.size())) + " FROM " + unnested(types) + " WHERE id = v.p1";
    return "";
}

PostgresStatement::PostgresStatement(PostgresDatabase &database, PostgresSql sql)
    : database_(database), sql_(std::move(sql))
{
    parameters_.resize(sql_.parameters);
}

void PostgresStatement::set(int parameter, unsigned type, int format)
{
    const auto at = static_cast<std::size_t>(parameter - 1);
    if (at >= parameters_.values.size())
        throw std::logic_error("too many values for: " + sql_.text);
    parameters_.types[at] = type;
    parameters_.formats[at] = format;
    parameters_.data[at] = parameters_.values[at].data();
    parameters_.lengths[at] = static_cast<int>(parameters_.values[at].size());
}

void PostgresStatement::bindInteger(int parameter, std::int64_t value)
{
    parameters_.values.at(static_cast<std::size_t>(parameter - 1)) = bytesOf(value);
    set(parameter, int8Oid, 1);
}

void PostgresStatement::bindText(int parameter, std::string_view text)
{
    parameters_.values.at(static_cast<std::size_t>(parameter - 1)) = storableText(text);
    set(parameter, textOid, 1);
}

void PostgresStatement::bindBlob(int parameter, std::string_view bytes)
{
    parameters_.values.at(static_cast<std::size_t>(parameter - 1)) = std::string(bytes);
    set(parameter, byteaOid, 1);
}

void PostgresStatement::bindNull(int parameter, Type type)
{
    set(parameter, type == Type::integer ? int8Oid : type == Type::text ? textOid : byteaOid, 1);
    parameters_.data[static_cast<std::size_t>(parameter - 1)] = nullptr;
}

PostgresRow PostgresStatement::values() const
{
    PostgresRow row;
    for (std::size_t i = 0; i < parameters_.values.size(); ++i)
        row.push_back(parameters_.data[i] == nullptr ? std::nullopt : std::optional(parameters_.values[i]));
    return row;
}

void PostgresStatement::bindArrays(const std::vector<unsigned> &types, const std::vector<PostgresRow> &rows)
{
    for (std::size_t i = 0; i < types.size(); ++i)
    {
        parameters_.values.at(i) = arrayOf(types[i], rows, i);
        set(static_cast<int>(i) + 1, arrayTypeOf(types[i]), 1);
    }
}

bool PostgresStatement::next()
{
    if (!ran_)
    {
        rows_ = database_.rowsOf(*this);
        ran_ = true;
        row_ = -1;
    }
    return ++row_ < PQntuples(rows_.get());
}

void PostgresStatement::reset() noexcept
{
    rows_.reset();
    ran_ = false;
}

bool PostgresStatement::isNull(int column) const
{
    return PQgetisnull(rows_.get(), row_, column) != 0;
}

std::int64_t PostgresStatement::integer(int column) const
{
    if (row_ < 0 || row_ >= PQntuples(rows_.get()) || isNull(column))
        return 0;
    const auto *bytes = reinterpret_cast<const unsigned char *>(PQgetvalue(rows_.get(), row_, column));
    const auto length = static_cast<std::size_t>(PQgetlength(rows_.get(), row_, column));
    if (length > sizeof(std::int64_t))
        throw std::logic_error("column " + std::to_string(column) + " is not an integer: " + sql_.text);
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < length; ++i)
        value = value << 8U | bytes[i];
    if (length == sizeof(std::int32_t))
        return static_cast<std::int32_t>(value);
    return static_cast<std::int64_t>(value); // a bool is one byte
}

std::string PostgresStatement::text(int column) const
{
    return {PQgetvalue(rows_.get(), row_, column), static_cast<std::size_t>(PQgetlength(rows_.get(), row_, column))};
}

} // namespace psa::store
