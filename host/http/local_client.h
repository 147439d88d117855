#pragma once

#include "host/api/message.h"

#include <filesystem>
#include <stdexcept>

namespace psa::host {

/// Nobody answers at the socket of a running psa-host; what() says what to do.
class HostUnreachable : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// Asks the psa-host that serves the API at the socket `path`. `caller` of `request` is not sent: the kernel says who we
/// are. Throws HostUnreachable; then it is not known whether the request was carried out.
ApiResponse askLocal(const std::filesystem::path &path, const ApiRequest &request);

} // namespace psa::host
