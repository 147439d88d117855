#pragma once

#include "sandbox/autotask/entities.h"
#include "sandbox/autotask/tenant.h"
#include "sandbox/common/rows.h"
#include "sandbox/common/switches.h"

#include <map>
#include <string>

namespace psa::sandbox::autotask {

/// The tenant's rows. User-defined fields stand in "userDefinedFields" of a row as one object, name to value.
class Database : public Rows
{
public:
    explicit Database(const Tenant &tenant);

    /// "T20260131.0001", counted again each day.
    std::string nextTicketNumber(const std::string &day);

private:
    std::map<std::string, int> ticketsOfDay_;
};

/// A row as the service sends it: id first, the others by the alphabet, user-defined ones last.
/// `only`: the fields to send, null for all.
Object::Ptr toWire(const Entity &entity, const Row &row, const Tenant &tenant, const Switches &switches,
                   const Array::Ptr &only = {});

} // namespace psa::sandbox::autotask
