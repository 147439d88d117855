#pragma once

#include "host/http/message.h"
#include "tests/chaos/world.h"
#include "tests/support/run_program.h"
#include "tests/support/test_folder.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace psa::test::postgres {

/// psa-host as it is installed, with the programs' own settings: `psa-host serve` on a database that it may share.
class ServedHost
{
public:
    /// Starts it, and waits until it serves. Throws std::runtime_error.
    ServedHost(const chaos::Psa &psa, const std::string &database, const std::string &more = "");
    ServedHost(const ServedHost &) = delete;
    ServedHost &operator=(const ServedHost &) = delete;

    std::uint16_t port() const { return port_; }
    /// The token that it has printed: the first one of a new store; "" = it has printed none.
    std::string firstToken() const;
    pid_t process() const { return program_->id(); }
    /// Ends it with SIGTERM, and waits until it has ended.
    void stop() { program_.reset(); }
    std::string output() const { return program_->output(); }
    /// On its socket, as the operator.
    http::ApiResponse ask(const std::string &method, const std::string &path, const std::string &body = "") const;

private:
    TestFolder folder_{TestFolder::inMemory()};
    std::unique_ptr<RunningProgram> program_;
    std::uint16_t port_ = 0;
};

/// HAProxy or nginx before three hosts, as docs/operations.md configures them.
class Balancer
{
public:
    enum class Kind
    {
        haproxy,
        nginx
    };
    /// Throws std::runtime_error if it does not start.
    Balancer(Kind kind, const std::vector<std::uint16_t> &ports);

    /// The Unix socket that it listens on.
    std::string socket() const { return folder_.path() / "balancer.sock"; }
    /// With the header X-Served-By. Throws http::HostUnreachable.
    http::ApiResponse ask(const http::ApiRequest &request) const;
    std::string output() const { return program_->output(); }

private:
    TestFolder folder_{TestFolder::inMemory()};
    std::unique_ptr<RunningProgram> program_;
};

/// The value of a header of an answer; "" = it has none.
std::string headerOf(const http::ApiResponse &answer, const std::string &name);

} // namespace psa::test::postgres
