#pragma once

#include <string>

namespace psa::net {

// What the Public Suffix List says: below a public suffix ("co.uk", "azurewebsites.net") anybody can register a name of
// their own. Names as canonicalHost() gives them; from any thread.

bool isPublicSuffix(const std::string &name);

/// The public suffix of `host` with one label more: what one owner has registered. "" if `host` is a suffix itself.
std::string registrableDomain(const std::string &host);

} // namespace psa::net
