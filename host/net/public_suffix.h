#pragma once

#include <string>

namespace psa::net {

// The Public Suffix List: below a public suffix ("co.uk", "azurewebsites.net") anybody can register a name. Names as
// returned by canonicalHost(). Thread-safe.

bool isPublicSuffix(const std::string &name);

/// The public suffix of `host` with one more label: the part that one owner has registered. "" if `host` is itself a
/// suffix.
std::string registrableDomain(const std::string &host);

} // namespace psa::net
