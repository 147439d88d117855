#pragma once

#include "sandbox/halopsa/core.h"

namespace psa::sandbox::halopsa {

/// How much of a ticket a response has.
enum class Detail
{
    row,    ///< In a list.
    ticket, ///< Of one ticket.
    full,   ///< With "includedetails": its text and custom fields, too.
};

/// The values of a ticket as sent.
Object::Ptr ticketOnWire(const Core &core, std::int64_t id, const Object &values, Detail detail);

/// An action as sent.
Object::Ptr actionOnWire(const Core &core, const Object &values);

/// The response to the deletion of a ticket or an action.
Object::Ptr deletedOnWire(std::int64_t id);

/// The recorded changes of a ticket as sent, oldest first.
Array::Ptr auditOnWire(const Core &core, std::int64_t ticket);

} // namespace psa::sandbox::halopsa
