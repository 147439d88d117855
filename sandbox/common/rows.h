#pragma once

#include "sandbox/common/clock.h"
#include "sandbox/common/json_tools.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace psa::sandbox {

struct Row
{
    /// Set fields by their exact names; an unset one is missing. Dates are milliseconds.
    Object::Ptr values;
    SandboxClock::Time visibleFrom{}; ///< When queries start to find it.
    /// Number in the request log of the request that created it; 0: from the tenant file.
    unsigned long long request = 0;
    SandboxClock::Time readableFrom{}; ///< When reads by id start to find it.
    /// Older values, and until when readers still see them; oldest first.
    std::vector<std::pair<SandboxClock::Time, Object::Ptr>> former{};

    /// The values that a reader sees at `now`.
    const Object &seenAt(SandboxClock::Time now) const;
    /// Sets new values, which readers see from `from`.
    void replace(Object::Ptr newer, SandboxClock::Time from);
};

/// `field` of the row as text; empty if it is not set.
std::string textIn(const Row &row, const std::string &field);

using Table = std::map<std::int64_t, Row>; ///< By id.

/// The rows of every entity of a PSA. Not thread-safe.
class Rows
{
public:
    /// `firstId`: the id of the first inserted row.
    explicit Rows(std::int64_t firstId) : nextId_(firstId) {}

    Table &table(const std::string &entity) { return tables_[entity]; }
    const Table &table(const std::string &entity) const;
    /// Null if there is none.
    const Row *find(const std::string &entity, std::int64_t id) const;
    /// Returns the new row's id and sets it in `row`.
    std::int64_t insert(const std::string &entity, Row row);
    /// Adds copies of the objects in `rows` (null: none), each with its "id". `dates`: members that are dates, in a
    /// format for parseDate(). Throws std::invalid_argument for an invalid one.
    void load(const std::string &entity, const Array::Ptr &rows, const std::vector<std::string> &dates);

private:
    std::map<std::string, Table> tables_;
    std::int64_t nextId_;
};

} // namespace psa::sandbox
