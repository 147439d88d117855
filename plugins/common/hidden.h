#pragma once

#include <psa/http.hpp>

#include <string>
#include <vector>

namespace psa::plugins {

/// `response` without any of `secrets` in its body. The host takes whole secrets out of every text, but what is cut for
/// people can end in the middle of one that the PSA sent back.
psa::HttpResponse withoutSecrets(psa::HttpResponse response, const std::vector<std::string> &secrets);

} // namespace psa::plugins
