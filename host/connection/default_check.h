#pragma once

#include "host/connection/connection.h"

#include <Poco/JSON/Object.h>

#include <string>
#include <vector>

namespace psa::plugin {
struct FormField;
} // namespace psa::plugin

namespace psa::connection {

/// Result of checking one ticket default against the PSA's own lists.
struct CheckedDefault
{
    enum class State
    {
        known,   ///< The PSA has it and it can be chosen.
        unknown, ///< It is not among the PSA's values, or not active.
        unclear  ///< The list cannot be read or is too long to be searched: the first ticket will show it.
    };

    const plugin::FormField *field = nullptr; ///< Lives as long as the plugin.
    std::string given;                        ///< As the operator wrote it.
    std::string dependsOnJson;                ///< The defaults that its list depends on.
    State state = State::unclear;
    std::string label; ///< What the PSA calls it, if it is known.
    std::string id;    ///< The PSA's id, if it is known.
};

/// Looks the ticket defaults up that the PSA has lists for, so that a wrong one is found now and not with the first
/// ticket. Defaults that are blank, or whose list depends on one that is blank, are left out.
std::vector<CheckedDefault> checkDefaults(Connection &connection, const Poco::JSON::Object &defaults,
                                          const CallOptions &options);

} // namespace psa::connection
