#include "sandbox/autotask/core.h"

#include "sandbox/autotask/api_error.h"

namespace psa::sandbox::autotask {

void Core::require(const Entity &entity, const std::string &what) const
{
    if (rights.may(entity.name, what))
        return;
    throw ApiError{{"The logged in Resource does not have the adequate permissions to " + what + " this entity type."},
                   switches.is("access.refusal", "403") ? 403 : 500};
}

Core Core::as(const Actor &other) const
{
    Core core = *this;
    core.actor = other;
    core.request = 0;
    return core;
}

} // namespace psa::sandbox::autotask
