#pragma once

#include "sandbox/common/control.h"
#include "sandbox/common/gateway.h"
#include "sandbox/common/http_server.h"
#include "sandbox/common/private_files.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace psa::sandbox {

struct SandboxOptions
{
    /// Folder of CA, keys and secrets; empty: a temporary one, removed at the end.
    std::filesystem::path stateFolder{};
    bool http = false;                          ///< Plain HTTP, for clients that can be pointed at a URL.
    std::uint16_t port = 0;                     ///< On 127.0.0.1; 0: any free one.
    std::optional<std::uint16_t> controlPort{}; ///< Empty: no control endpoint. 0: any free one.
};

/// The state folder of one sandbox; created (0700) if it does not exist.
class StateFolder
{
public:
    explicit StateFolder(const std::filesystem::path &wanted);
    const std::filesystem::path &path() const { return path_; }

private:
    std::optional<TemporaryFolder> temporary_;
    std::filesystem::path path_;
};

/// The parts of a running simulator that do not depend on a PSA: two servers and what they share.
class SandboxServers
{
public:
    /// `names`: of the certificate, as for makeCertificates(). Listens immediately.
    SandboxServers(const SandboxOptions &options, const std::filesystem::path &stateFolder,
                   const std::vector<std::string> &names, const Controlled &controlled);

    std::uint16_t port() const { return server_->port(); }
    std::uint16_t controlPort() const { return control_ ? control_->port() : std::uint16_t(0); }
    const std::filesystem::path &caFile() const { return caFile_; } ///< Empty with plain HTTP.

private:
    Gateway gateway_;
    std::filesystem::path caFile_;
    std::unique_ptr<HttpServer> server_;
    std::unique_ptr<HttpServer> control_;
};

} // namespace psa::sandbox
