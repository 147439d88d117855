#pragma once

#include "site.h"

#include <string>
#include <string_view>
#include <vector>

namespace psa::plugins::connectwise {

/// The configuration entered by the operator. The names are those of the descriptor's configuration form.
struct Configuration
{
    Site site;
    std::string companyId;
    std::string publicKey;
    std::string privateKey;
    std::string clientId;

    std::vector<std::string> secrets() const { return {privateKey, clientId}; }
};

/// Reads and checks a configuration document. Throws psa::Error(PSA_INVALID_CONFIG) that names the field.
Configuration parseConfiguration(std::string_view json);

} // namespace psa::plugins::connectwise
