#pragma once

#include "host/connection/connection.h"

#include <Poco/JSON/Object.h>

#include <set>
#include <string>
#include <vector>

namespace psa::plugin {
struct FormField;
} // namespace psa::plugin

namespace psa::connection {

/// Result of checking one value against the PSA's own lists.
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
    std::string dependsOnJson;                ///< The values that its list depends on.
    State state = State::unclear;
    std::string label;                ///< The PSA's label, if known.
    std::string id;                   ///< The PSA's id, if known.
    std::vector<std::string> similar; ///< If unknown: labels of the PSA that resemble it.
    std::string failure;              ///< If the list cannot be read: why; otherwise "".
};

/// Looks up the ticket defaults for which the PSA has lists, so that a wrong one is found now and not with the first
/// ticket. Skips defaults that are blank, or whose list depends on a blank one.
std::vector<CheckedDefault> checkDefaults(Connection &connection, const Poco::JSON::Object &defaults,
                                          const CallOptions &options);

/// The same for the values of tickets that something other than the defaults sets: of `values`, by the names of the
/// fields in both forms of the plugin, only `checked` are looked up; the lists may depend on the others.
std::vector<CheckedDefault> checkTicketValues(Connection &connection, const Poco::JSON::Object &values,
                                              const std::set<std::string> &checked, const CallOptions &options);

} // namespace psa::connection
