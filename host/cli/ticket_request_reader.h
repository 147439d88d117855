#pragma once

#include "host/cli/ticket_command.h"
#include "host/plugin/form.h"

#include <Poco/JSON/Object.h>

#include <iosfwd>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace psa::cli {

/// An unreadable request on the command line; what() says why and what to do.
class BadRequest : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// Name and value of "name=value"; nullopt for another text.
std::optional<std::pair<std::string, std::string>> splitPair(const std::string &text);

/// The request merged from file and flags, checked. Reads `in` if the file is "-". Throws BadRequest.
Poco::JSON::Object::Ptr readTicketRequest(const TicketOptions &options, const plugin::DescriptorForms &forms,
                                          std::istream &in);

/// The caller's key: from the flag, otherwise from `request`; "" = none.
std::string keyOf(const TicketOptions &options, const Poco::JSON::Object &request);

/// `text` converted to the type of `field`, so that dueInHours=4 is a number. An invalid value stays a string: the form
/// reports the error.
Poco::Dynamic::Var typedValue(const plugin::FormField &field, const std::string &text);

} // namespace psa::cli
