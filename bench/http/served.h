#pragma once

#include "tests/support/run_program.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace psa::bench {

/// The programs of one release.
struct Release
{
    std::string host = PSA_HOST; ///< psa-host.
    std::string bench;           ///< psa-bench-http; "" = this process's own program.
};

/// A server in its own process, on a free port of 127.0.0.1, with a token that may submit tickets. Its connection
/// "acme" goes to an unreachable PSA, so that it only accepts tickets.
class Served
{
public:
    enum class Kind
    {
        psaHost,   ///< `psa-host serve`.
        answerOnly ///< The same server and the same checks; responds with 202 and stores nothing.
    };

    /// `folder`: its state folder, which is created.
    Served(Kind kind, const std::filesystem::path &folder, const Release &release = {});
    ~Served();
    Served(const Served &) = delete;
    Served &operator=(const Served &) = delete;

    std::uint16_t port() const { return port_; }
    const std::string &token() const { return token_; }
    /// Its current memory, in MB.
    double memory() const;
    int threads() const;

private:
    std::string run(const std::vector<std::string> &arguments) const;
    void prepare();

    std::filesystem::path folder_;
    Release release_;
    std::unique_ptr<test::RunningProgram> process_;
    std::uint16_t port_ = 0;
    std::string token_;
};

/// Waits for the port of 127.0.0.1 that a server prints. Throws std::runtime_error.
std::uint16_t portOf(const test::RunningProgram &server);

/// The process of Kind::answerOnly, which is ended by a signal: prints its port and its token, one per line.
[[noreturn]] void answerOnly(const std::filesystem::path &folder);

} // namespace psa::bench
