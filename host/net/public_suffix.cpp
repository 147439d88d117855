#include "host/net/public_suffix.h"

#include <libpsl.h>

#include <stdexcept>

namespace psa::net {
namespace {

/// The system's list if it is newer than the one in the library. Lives as long as the process.
const psl_ctx_t &publicSuffixes()
{
    static const psl_ctx_t *const loaded = [] {
        const psl_ctx_t *newest = psl_latest(nullptr);
        return newest != nullptr ? newest : psl_builtin();
    }();
    if (loaded == nullptr)
        throw std::runtime_error("libpsl has no list of public suffixes; install the package publicsuffix");
    return *loaded;
}

} // namespace

bool isPublicSuffix(const std::string &name)
{
    return psl_is_public_suffix(&publicSuffixes(), name.c_str()) != 0;
}

std::string registrableDomain(const std::string &host)
{
    const char *domain = psl_registrable_domain(&publicSuffixes(), host.c_str());
    return domain == nullptr ? std::string() : std::string(domain);
}

} // namespace psa::net
