#pragma once

#include "sandbox/autotask/core.h"

namespace psa::sandbox::autotask {

/// One page of a query's result, in the service's format. `body`: the query; `paging`: from a nextPageUrl, or empty;
/// `search`: the query's text if it came in the URL, otherwise empty. Throws ApiError.
Object::Ptr queryPage(const Core &core, const Entity &entity, const Object &body, const std::string &paging,
                      const std::string &search);
/// {"queryCount": n}. Throws ApiError.
Object::Ptr queryCount(const Core &core, const Entity &entity, const Object &body);

} // namespace psa::sandbox::autotask
