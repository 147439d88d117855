#pragma once

#include "tests/support/test_pki.h"
#include "tests/support/tls_server.h"

#include <atomic>
#include <string>
#include <vector>

namespace psa::bench {

/// A PSA behind HTTPS that creates each ticket at once.
class Psa
{
public:
    Psa();

    std::uint16_t port() const { return server_.port(); }
    std::filesystem::path caFile() const { return pki_.caFile(); }
    /// Number of tickets created so far.
    std::size_t created() const { return created_; }

private:
    test::TestPki pki_;
    std::atomic<std::size_t> created_{0};
    test::TlsServer server_;
};

/// The connections that tickets are submitted to.
std::vector<std::string> connectionNames();

} // namespace psa::bench
