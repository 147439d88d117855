#pragma once

#include <cstdint>
#include <string>

namespace psa::host {

/// What the store knows of one operation of a plugin.
struct PluginCall
{
    std::string plugin;        ///< Its id.
    std::string operation;     ///< "create_ticket".
    std::int64_t inFlight = 0; ///< Calls under way.
    std::int64_t deaths = 0;   ///< How often it was blamed for the end of the process since it was last released.
};

} // namespace psa::host
