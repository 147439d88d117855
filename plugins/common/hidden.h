#pragma once

#include <psa/http.hpp>

#include <string>
#include <vector>

namespace psa::plugins {

/// `response` without any of `secrets` in its body. The host redacts complete secrets in every text, but truncation can
/// cut a secret that the PSA echoed.
psa::HttpResponse withoutSecrets(psa::HttpResponse response, const std::vector<std::string> &secrets);

} // namespace psa::plugins
