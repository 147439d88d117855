#pragma once

#include "sandbox/autotask/core.h"

namespace psa::sandbox::autotask {

/// One page of what a query finds, as the service answers it. `body`: the query; `paging`: of a nextPageUrl, or
/// empty; `search`: the query's text if it came in the URL, else empty. Throws ApiError.
Object::Ptr queryPage(const Core &core, const Entity &entity, const Object &body, const std::string &paging,
                      const std::string &search);
/// {"queryCount": n}. Throws ApiError.
Object::Ptr queryCount(const Core &core, const Entity &entity, const Object &body);

} // namespace psa::sandbox::autotask
