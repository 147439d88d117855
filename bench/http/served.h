#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>

namespace psa::bench {

/// A server in a process of its own, on a free port of 127.0.0.1, with a token that may submit tickets. Its connection
/// "acme" goes to a PSA that cannot be reached, so that it only takes tickets.
class Served
{
public:
    enum class Kind
    {
        psaHost,   ///< `psa-host serve`.
        answerOnly ///< The same server and the same checks; answers 202 and stores nothing.
    };

    /// `folder`: for its state; is made.
    Served(Kind kind, const std::filesystem::path &folder);
    ~Served();
    Served(const Served &) = delete;
    Served &operator=(const Served &) = delete;

    std::uint16_t port() const { return port_; }
    const std::string &token() const { return token_; }
    /// What it has in memory now, in MB.
    double memory() const;
    int threads() const;

private:
    void prepare() const;

    std::filesystem::path folder_;
    pid_t process_ = 0;
    std::uint16_t port_ = 0;
    std::string token_;
};

/// The process of Kind::answerOnly, which ends with a signal: prints its port and its token, a line each.
[[noreturn]] void answerOnly(const std::filesystem::path &folder);

} // namespace psa::bench
