#pragma once

#include "host/plugin/form.h"

#include <Poco/JSON/Object.h>

#include <optional>
#include <string>
#include <vector>

namespace psa::plugin {

class LoadedPlugin;

/// A request merged with the defaults of its connection.
struct BuiltTicket
{
    std::string company; ///< As in the ticket; "" = none.
    std::string json;    ///< A document that matches schemas/ticket.schema.json; empty if there are errors.
    /// What the plugin can set only once the ticket exists, with `change`: a document that matches
    /// schemas/ticket-change.schema.json. None of it is in `json`; empty = nothing.
    std::string afterCreate;
    std::vector<FieldError> errors;    ///< Missing or wrong fields, each with where to set it.
    std::vector<std::string> warnings; ///< What the operator should know although the ticket is valid.
};

/// Who wrote a request.
enum class RequestOrigin
{
    caller, ///< Somebody who is told what is wrong with it.
    mapping ///< A rule or an alert mapping: it must result in a ticket even if the plugin lacks one of its fields.
};

/// Builds the complete ticket for a plugin. A value of the request takes precedence over the default; the fields that
/// the defaults form requires must then be set, before any request is sent. A default whose field depends on one for
/// which the request has another value than the default (a status of board A, when the board is B) is left out, with a
/// warning. A field that became a member of tickets with a minor of the ABI newer than the plugin's build is an error, but
/// a default, or a value of a mapping, is left out with a warning; if the plugin's own forms have a field of that name, the
/// value becomes that field. `request`: as returned by parseTicketRequest(); `defaults`: the connection's, as entered.
BuiltTicket buildTicket(const LoadedPlugin &plugin, const Poco::JSON::Object &defaults,
                        const Poco::JSON::Object &request, RequestOrigin origin = RequestOrigin::caller);

/// The error for a ticket document with a member that this build of the plugin does not know, because it was built for a
/// newer build; nullopt = there is none.
std::optional<FieldError> unknownMember(const LoadedPlugin &plugin, const std::string &ticketJson);

/// The warning that a ticket without a company got the default one. `company`: its label, or as in the ticket.
std::string defaultCompanyWarning(const std::string &company);

/// Errors in the ticket defaults themselves; fields may be missing, because a request can set them.
std::vector<FieldError> checkTicketDefaults(const LoadedPlugin &plugin, const Poco::JSON::Object &defaults);

} // namespace psa::plugin
