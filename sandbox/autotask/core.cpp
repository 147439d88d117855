#include "sandbox/autotask/core.h"

#include "sandbox/autotask/api_error.h"

#include <Poco/String.h>

namespace psa::sandbox::autotask {

bool Core::may(const Entity &entity, const std::string &what) const
{
    return !revoked.contains(Poco::toLower(std::string(entity.name) + " " + what));
}

void Core::require(const Entity &entity, const std::string &what) const
{
    if (may(entity, what))
        return;
    throw ApiError{{"The logged in Resource does not have the adequate permissions to " + what + " this entity type."},
                   switches.is("access.refusal", "403") ? 403 : 500};
}

} // namespace psa::sandbox::autotask
