#pragma once

#include "host/http/router.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace psa::host {

/// Serves the routes of `router` on a Unix socket, to root and to the user that it runs as; the kernel says who a caller
/// is. Serves until it is destroyed, which waits for the requests under way.
class LocalServer
{
public:
    /// Replaces a socket that an earlier process left at `path`. The caller holds the lock of the folder that it is in,
    /// which must be closed to others. `router` outlives it. Throws std::runtime_error.
    LocalServer(const Router &router, const std::filesystem::path &path);
    ~LocalServer();
    LocalServer(const LocalServer &) = delete;
    LocalServer &operator=(const LocalServer &) = delete;

private:
    class Implementation;
    std::unique_ptr<Implementation> implementation_;
};

} // namespace psa::host
