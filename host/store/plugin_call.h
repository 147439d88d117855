#pragma once

#include <cstdint>
#include <string>

namespace psa::store {

/// A plugin operation in which the process died.
struct PluginCall
{
    std::string plugin;      ///< Its build, "id@version"; rows written by version 0.1 contain only the id.
    std::string operation;   ///< "create_ticket".
    std::int64_t deaths = 0; ///< How often, since its last release.
};

} // namespace psa::store
