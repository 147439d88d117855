#pragma once

#include "sandbox/connectwise/core.h"

#include <string>

namespace psa::sandbox::connectwise {

/// A row as sent by the service: references expanded, unset fields omitted, "_info" last.
Object::Ptr toWire(const Core &core, const Entity &entity, const Row &row);

/// Of a sent object only the members in `fields`, such as "id,company/name"; all of them if that is empty. Unknown
/// names are ignored.
Object::Ptr onlyFields(const Object::Ptr &whole, const std::string &fields);

/// The URL of the row in the service.
std::string hrefOf(const Core &core, const Entity &entity, const Row &row);

} // namespace psa::sandbox::connectwise
