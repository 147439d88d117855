#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace psa::test {

/// A certificate and its private key, both PEM files.
struct Credential
{
    std::filesystem::path certificate;
    std::filesystem::path key;
};

/// Who signs a certificate.
enum class Signer
{
    root,      ///< The authority of caFile().
    clientCa,  ///< The authority of clientCaFile().
    unknownCa, ///< An authority whose certificate is in no file.
    itself     ///< Self-signed.
};

struct LeafOptions
{
    std::chrono::seconds notBefore = -std::chrono::hours(1); ///< Relative to now; negative = in the past.
    std::chrono::seconds notAfter = std::chrono::hours(24);  ///< Relative to now; negative = expired.
    Signer signer = Signer::root;
};

/// Certificate authorities created at run time, for tests (ECDSA P-256, no certificate older than the run). Every file
/// has mode 0600. Not thread-safe.
class TestPki
{
public:
    /// In a new folder, removed at the end.
    TestPki();
    /// In `folder`, which must exist and is kept; files of an earlier run are replaced.
    explicit TestPki(std::filesystem::path folder) : TestPki(std::move(folder), 0) {}
    ~TestPki();
    TestPki(const TestPki &) = delete;
    TestPki &operator=(const TestPki &) = delete;

    /// The CAs that a client must trust.
    std::filesystem::path caFile() const { return folder_ / "ca.pem"; }
    /// The CAs that a server with client certificates must trust.
    std::filesystem::path clientCaFile() const { return folder_ / "client-ca.pem"; }
    const std::filesystem::path &folder() const { return folder_; }

    /// A certificate for server and client use. `names`: host names (a wildcard is allowed) or IP addresses, at least
    /// one; the first is also the common name.
    Credential leaf(const std::vector<std::string> &names, const LeafOptions &options = {});

private:
    struct Authority;

    TestPki(std::filesystem::path folder, pid_t owner);
    const Authority *authority(Signer signer) const;

    std::filesystem::path folder_;
    pid_t owner_; ///< The process that removes the folder: not a child that ends with copies of our statics. 0 = none.
    int leaves_ = 0;
    std::unique_ptr<Authority> root_;
    std::unique_ptr<Authority> clientCa_;
    std::unique_ptr<Authority> unknownCa_;
};

} // namespace psa::test
