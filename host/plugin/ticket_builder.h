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
    std::string company;            ///< As in the ticket; "" = none.
    std::string json;               ///< A document that matches schemas/ticket.schema.json; empty if there are errors.
    std::vector<FieldError> errors; ///< Missing or wrong fields, each with where to set it.
    std::vector<std::string> warnings; ///< What the operator should know although the ticket is valid.
};

/// Builds the complete ticket for a plugin. A value of the request takes precedence over the default; the fields that
/// the defaults form requires must then be set, before any request is sent. A default whose field depends on one for
/// which the request has another value than the default (a status of board A, when the board is B) is left out, with a
/// warning. `request`: as returned by parseTicketRequest(); `defaults`: the connection's, as entered.
BuiltTicket buildTicket(const LoadedPlugin &plugin, const Poco::JSON::Object &defaults,
                        const Poco::JSON::Object &request);

/// The warning that a ticket without a company got the default one. `company`: its label, or as in the ticket.
std::string defaultCompanyWarning(const std::string &company);

/// Errors in the ticket defaults themselves; fields may be missing, because a request can set them.
std::vector<FieldError> checkTicketDefaults(const LoadedPlugin &plugin, const Poco::JSON::Object &defaults);

} // namespace psa::plugin
