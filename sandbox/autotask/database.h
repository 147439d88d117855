#pragma once

#include "sandbox/autotask/entities.h"
#include "sandbox/autotask/tenant.h"
#include "sandbox/common/rows.h"
#include "sandbox/common/switches.h"

#include <map>
#include <string>

namespace psa::sandbox::autotask {

/// The tenant's rows. The user-defined fields of a row are one object in "userDefinedFields", name to value.
class Database : public Rows
{
public:
    explicit Database(const Tenant &tenant);

    /// "T20260131.0001", counting from 1 each day.
    std::string nextTicketNumber(const std::string &day);

private:
    std::map<std::string, int> ticketsOfDay_;
};

/// A row as sent by the service: id first, the others in alphabetical order, user-defined ones last. `only`: the fields
/// to send, null for all.
Object::Ptr toWire(const Entity &entity, const Row &row, const Tenant &tenant, const Switches &switches,
                   const Array::Ptr &only = {});

} // namespace psa::sandbox::autotask
