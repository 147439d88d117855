#pragma once

#include "host/cli/ticket_command.h"

#include <Poco/JSON/Object.h>

#include <iosfwd>
#include <stdexcept>

namespace psa::host {

/// A request on the command line that cannot be read; what() says why and what to do.
class BadRequest : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// The request in file and flags together, checked. `in` is read where the file is "-". Throws BadRequest.
Poco::JSON::Object::Ptr readTicketRequest(const TicketOptions &options, const LoadedPlugin &plugin, std::istream &in);

} // namespace psa::host
