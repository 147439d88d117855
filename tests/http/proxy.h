#pragma once

#include "tests/support/run_program.h"
#include "tests/support/test_folder.h"

#include <cstdint>
#include <memory>
#include <string>

namespace psa::test {

/// A common proxy, in a separate process, in front of a server on 127.0.0.1. It adds a header X-Stamp with a new value
/// to each request that it sends to the server. Requests of all clients share connections to the server, if the proxy
/// supports that.
class Proxy
{
public:
    enum class Kind
    {
        nginx,       ///< With persistent connections to the server.
        nginxHttp10, ///< With default settings: HTTP/1.0, and one connection per request.
        haproxy,     ///< With `http-reuse always`.
        node         ///< A short program, with an agent that keeps connections.
    };

    /// `port`: the server's. Throws std::runtime_error if the proxy does not start.
    Proxy(Kind kind, std::uint16_t port);

    /// The Unix socket that it listens on.
    std::string socket() const { return folder_.path() / "proxy.sock"; }

private:
    std::string fillIn(const char *file, const std::string &upstream = "") const;
    void start(Kind kind);
    void awaitSocket() const;

    std::uint16_t port_;
    TestFolder folder_{TestFolder::inMemory()};
    std::unique_ptr<RunningProgram> program_;
};

} // namespace psa::test
