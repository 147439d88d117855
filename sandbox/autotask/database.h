#pragma once

#include "sandbox/autotask/entities.h"
#include "sandbox/autotask/tenant.h"
#include "sandbox/common/clock.h"
#include "sandbox/common/switches.h"

#include <map>
#include <string>

namespace psa::sandbox::autotask {

struct Row
{
    /// Set fields by their exact names; an unset one is missing. Dates are milliseconds. User-defined fields stand
    /// in "userDefinedFields" as one object, name to value.
    Object::Ptr values;
    SandboxClock::Time visibleFrom{}; ///< For queries.
    unsigned long long request = 0;   ///< That created it.
};

using Table = std::map<std::int64_t, Row>;

/// The rows of all entities. Not for several threads at once.
class Database
{
public:
    explicit Database(const Tenant &tenant);

    Table &table(const Entity &entity) { return tables_[entity.name]; }
    const Table &table(const Entity &entity) const;
    /// Null if there is none.
    const Row *find(const Entity &entity, std::int64_t id) const;
    /// Gives the new row's id and sets it in `row`.
    std::int64_t insert(const Entity &entity, Row row);
    /// "T20260131.0001", counted anew each day.
    std::string nextTicketNumber(const std::string &day);

private:
    std::map<std::string, Table> tables_;
    std::map<std::string, int> ticketsOfDay_;
    std::int64_t nextId_ = 29700001;
};

/// A row as the service sends it: id first, the others by the alphabet, user-defined ones last.
/// `only`: the fields to send, null for all.
Object::Ptr toWire(const Entity &entity, const Row &row, const Tenant &tenant, const Switches &switches,
                   const Array::Ptr &only = {});

} // namespace psa::sandbox::autotask
