#pragma once

#include "host/http/router.h"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace psa::api {

/// What can be done to the host as a whole. Each may be called from any thread and throws what stands beside it; `who`: for
/// the audit.
struct HostActions
{
    std::function<void(const std::filesystem::path &file, const std::string &who)> backup; ///< StoreError.

    struct Keys
    {
        std::string active;              ///< Id of the master key that secrets are sealed under; "" = none was given.
        std::vector<std::string> needed; ///< Ids of those that anything stored is sealed under.
    };
    std::function<Keys()> keys;
    /// Seals every data key under the active master key; how many there were. SealError, StoreError.
    std::function<std::size_t(const std::string &who)> rotateKeys;

    /// Lets the build that `plugin` means out of quarantine; false if there is none, and none was ever blamed under that
    /// name. Problem for a name that means several; StoreError.
    std::function<bool(const std::string &plugin, const std::string &who)> releasePlugin;
};

void addHostRoutes(http::Router &router, const HostActions &actions);

} // namespace psa::api
