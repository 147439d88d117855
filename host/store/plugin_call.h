#pragma once

#include <cstdint>
#include <string>

namespace psa::store {

/// An operation of a plugin that the process died of.
struct PluginCall
{
    std::string plugin;      ///< Its build, "id@version"; rows of version 0.1 have the id alone.
    std::string operation;   ///< "create_ticket".
    std::int64_t deaths = 0; ///< How often, since it was last released.
};

} // namespace psa::store
