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

    bool mayBeDone; ///< A changing request was sent completely: it may have been carried out.
};

/// Sends `request` to the psa-host that serves the API at the socket `path`. Its `caller` is not sent: the kernel
/// identifies us. Throws HostUnreachable.
ApiResponse askLocal(const std::filesystem::path &path, const ApiRequest &request);

} // namespace psa::http
