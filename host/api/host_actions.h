#pragma once

#include "host/connection/connections.h"
#include "host/http/router.h"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace psa::api {

/// Actions on the host as a whole. Thread-safe; each throws the exceptions noted with it. `who`: for the audit log.
struct HostActions
{
    std::function<void(const std::filesystem::path &file, const std::string &who)> backup; ///< Throws StoreError.

    struct Keys
    {
        std::string active;              ///< Id of the master key that seals the secrets; "" = none given.
        std::vector<std::string> needed; ///< Ids of the master keys that seal any stored data.
    };
    std::function<Keys()> keys;
    /// Loads the plugins again; returns the connections that this concerns. Throws StoreError.
    std::function<std::vector<connection::Connections::Swapped>(const std::string &who)> reloadPlugins;
    /// How many data keys were under another master key.
    struct Rotated
    {
        std::size_t connections = 0;
        std::size_t sources = 0;
    };
    /// Seals every data key under the active master key. Throws SealError, StoreError.
    std::function<Rotated(const std::string &who)> rotateKeys;
};

void addHostRoutes(http::Router &router, const HostActions &actions);
/// The document that describes every route, at /openapi.json. It contains nothing from the store.
void addOpenApiRoute(http::Router &router);

/// openapi.json in this folder.
extern const http::EmbeddedFiles embeddedApi;

} // namespace psa::api
