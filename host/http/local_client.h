#pragma once

#include "host/http/message.h"

#include <filesystem>
#include <stdexcept>

namespace psa::http {

/// No usable response from the socket of a running psa-host; what() says what to do.
class HostUnreachable : public std::runtime_error
{
public:
    HostUnreachable(bool perhapsDone, const std::string &what) : std::runtime_error(what), mayBeDone(perhapsDone) {}

    bool mayBeDone; ///< The whole request was sent and is a changing one: it may have been carried out.
};

/// Asks the psa-host that serves the API at the socket `path`. `caller` of `request` is not sent: the kernel identifies
/// us. Throws HostUnreachable.
ApiResponse askLocal(const std::filesystem::path &path, const ApiRequest &request);

} // namespace psa::http
