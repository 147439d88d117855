#pragma once

#include "sandbox/connectwise/core.h"

#include <string>

namespace psa::sandbox::connectwise {

/// A row as the service sends it: references expanded, what is not set left out, "_info" last.
Object::Ptr toWire(const Core &core, const Entity &entity, const Row &row);

/// Of an object as it is sent only what `fields` names, such as "id,company/name"; all of it if that is empty. Names
/// that are not there are passed over.
Object::Ptr onlyFields(const Object::Ptr &whole, const std::string &fields);

/// Where the service has the row, as a URL.
std::string hrefOf(const Core &core, const Entity &entity, const Row &row);

} // namespace psa::sandbox::connectwise
