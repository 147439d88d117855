#pragma once

#include "host/connection/connections.h"

#include <Poco/JSON/Object.h>

#include <string>
#include <vector>

namespace psa::events {

/// What the PSA says about values that a definition has for its tickets.
struct ValueFindings
{
    struct Wrong
    {
        std::string pointer; ///< Relative to the checked document.
        std::string problem; ///< With similar values that the PSA has.
    };

    std::vector<Wrong> wrong;          ///< Values that the PSA does not have.
    std::vector<std::string> warnings; ///< What could not be checked, as sentences.
};

/// Looks up the values of `ticket`, as in the document of a rule, in the lists of its connection's PSA. Values with
/// templates, and those whose list depends on one, are skipped; so are all if the connection cannot work now. May take
/// seconds. `live`: its connection.
ValueFindings checkTicketSection(const connection::LiveConnection &live, const Poco::JSON::Object &ticket);

/// Looks up one company. `pointer`: where it is in the document.
ValueFindings checkCompany(const connection::LiveConnection &live, const std::string &company,
                           const std::string &pointer);

} // namespace psa::events
