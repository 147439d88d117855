#pragma once

#include "host/cli/ticket_command.h"
#include "host/plugin/descriptor_forms.h"

#include <Poco/JSON/Object.h>

#include <iosfwd>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace psa::cli {

/// A request on the command line that cannot be read; what() says why and what to do.
class BadRequest : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// Name and value of "name=value"; nothing if it is none.
std::optional<std::pair<std::string, std::string>> splitPair(const std::string &text);

/// The request in file and flags together, checked. `in` is read where the file is "-". Throws BadRequest.
Poco::JSON::Object::Ptr readTicketRequest(const TicketOptions &options, const plugin::DescriptorForms &forms,
                                          std::istream &in);

/// The caller's key: the flag's, or else that of `request`; "" = none.
std::string keyOf(const TicketOptions &options, const Poco::JSON::Object &request);

/// `text` as the type of `field`, so that dueInHours=4 is a number. What is not a valid value stays a text: the form says what is
/// wrong with it.
Poco::Dynamic::Var typedValue(const plugin::FormField &field, const std::string &text);

} // namespace psa::cli
