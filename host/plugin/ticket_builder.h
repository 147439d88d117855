#pragma once

#include "host/plugin/form.h"

#include <Poco/JSON/Object.h>

#include <string>
#include <vector>

namespace psa::plugin {

class LoadedPlugin;

/// A request merged with the defaults of its connection.
struct BuiltTicket
{
    std::string company;               ///< As it names it; "" = none.
    std::string json;                  ///< A document of schemas/ticket.schema.json; empty if there are errors.
    std::vector<FieldError> errors;    ///< What is missing or wrong, with where to set it.
    std::vector<std::string> warnings; ///< What the operator should know although it will do.
};

/// Makes the complete ticket that a plugin gets. A value of the request takes precedence over the default; what the
/// defaults form requires must then be there, before any request goes out. A default whose field depends on one for
/// which the request has another value than the default (a status of board A, when the board is B) is left out, with a
/// warning. `request`: as parseTicketRequest() gives it; `defaults`: the connection's, as somebody filled them in.
BuiltTicket buildTicket(const LoadedPlugin &plugin, const Poco::JSON::Object &defaults,
                        const Poco::JSON::Object &request);

/// The warning that a ticket without a company was given the default one. `company`: its label, or as the ticket names it.
std::string defaultCompanyWarning(const std::string &company);

/// What is wrong with ticket defaults by themselves; fields may still be missing, since a request can have them.
std::vector<FieldError> checkTicketDefaults(const LoadedPlugin &plugin, const Poco::JSON::Object &defaults);

} // namespace psa::plugin
