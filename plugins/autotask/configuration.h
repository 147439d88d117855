#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace psa::plugins::autotask {

/// The configuration entered by the operator. The names are those of the descriptor's configuration form.
struct Configuration
{
    std::string integrationCode;
    std::string userName;
    std::string secret;
    std::string zoneUrl; ///< As returned by normalizeZoneUrl(); empty = detected from the API user.

    std::vector<std::string> secrets() const { return {integrationCode, secret}; }
};

/// Reads and checks a configuration document. Throws psa::Error(PSA_INVALID_CONFIG) that names the field.
Configuration parseConfiguration(std::string_view json);

} // namespace psa::plugins::autotask
