#pragma once

#include "sandbox/common/http_message.h"
#include "sandbox/connectwise/core.h"

#include <string>

namespace psa::sandbox::connectwise {

/// The content of a list.
struct Listed
{
    const Entity &entity;
    std::int64_t parent = 0;     ///< Id of the parent; 0: all rows.
    const Table *rows = nullptr; ///< Null: those of the entity.
};

/// One page as a bare array, with a Link header if there are more. Throws ApiError.
Answer listPage(const Core &core, const Listed &listed, const Request &request);
/// {"count": n} of the rows that match the conditions of the request. Throws ApiError.
Answer countAll(const Core &core, const Listed &listed, const Request &request);

/// A row as sent by the service: references expanded, unset fields omitted, "_info" last.
Object::Ptr toWire(const Core &core, const Entity &entity, const Row &row);

/// Of a sent object only the members in `fields`, such as "id,company/name"; all of them if that is empty. Unknown
/// names are ignored.
Object::Ptr onlyFields(const Object::Ptr &whole, const std::string &fields);

/// The URL of the row in the service.
std::string hrefOf(const Core &core, const Entity &entity, const Row &row);

} // namespace psa::sandbox::connectwise
