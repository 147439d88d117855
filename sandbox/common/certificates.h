#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace psa::sandbox {

struct CertificateFiles
{
    std::filesystem::path ca;          ///< ca.pem: what a client must trust.
    std::filesystem::path certificate; ///< server.pem, followed by the CA.
    std::filesystem::path key;         ///< server-key.pem, mode 0600.
};

/// Creates in `folder` a CA on first use (ca.pem, ca-key.pem with mode 0600) and each time a server certificate for
/// `names`, signed by it (in OpenSSL's notation of a subjectAltName: "DNS:*.example.net", "IP:127.0.0.1"). Throws
/// std::runtime_error or std::system_error.
CertificateFiles makeCertificates(const std::filesystem::path &folder, const std::vector<std::string> &names);

} // namespace psa::sandbox
