#pragma once

#include "host/json/strict_json.h"
#include "host/plugin/form.h"

#include <Poco/JSON/Object.h>

#include <string>
#include <string_view>
#include <vector>

namespace psa::host {

class LoadedPlugin;

/// Parses a ticket request and checks it against its schema. `limits`: ownText for one that was accepted before. Throws
/// InvalidDocument, which says where and why.
Poco::JSON::Object::Ptr parseTicketRequest(std::string_view text, const JsonLimits &limits = {});

/// A request merged with the defaults of its connection.
struct BuiltTicket
{
    std::string json;                  ///< A document of schemas/ticket.schema.json; empty if there are errors.
    std::vector<FieldError> errors;    ///< What is missing or wrong, with where to set it.
    std::vector<std::string> warnings; ///< What the operator should know although it will do.
};

/// Makes the complete ticket that a plugin gets. A value of the request takes precedence over the default; what the
/// defaults form requires must then be there, before any request goes out. `request`: as parseTicketRequest() gives it;
/// `defaults`: the connection's, as somebody filled them in.
BuiltTicket buildTicket(const LoadedPlugin &plugin, const Poco::JSON::Object &defaults,
                        const Poco::JSON::Object &request);

/// What is wrong with ticket defaults by themselves; fields may still be missing, since a request can have them.
std::vector<FieldError> checkTicketDefaults(const LoadedPlugin &plugin, const Poco::JSON::Object &defaults);

} // namespace psa::host
