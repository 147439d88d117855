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
        known,   ///< It exists in the PSA and can be chosen.
        unknown, ///< It is not among the PSA's values, or is inactive.
        unclear  ///< The list cannot be read or is too long to be searched: the first ticket will tell.
    };

    const plugin::FormField *field = nullptr; ///< Valid as long as the plugin.
    std::string given;                        ///< As entered by the operator.
    std::string dependsOnJson;                ///< The defaults that its list depends on.
    State state = State::unclear;
    std::string label; ///< The PSA's label, if known.
    std::string id;    ///< The PSA's id, if known.
};

/// Looks up the ticket defaults for which the PSA has lists, so that a wrong one is found now and not with the first
/// ticket. Skips defaults that are blank, or whose list depends on a blank one.
std::vector<CheckedDefault> checkDefaults(Connection &connection, const Poco::JSON::Object &defaults,
                                          const CallOptions &options);

} // namespace psa::connection
