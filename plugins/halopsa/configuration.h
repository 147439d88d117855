#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace psa::plugins::halopsa {

/// The configuration entered by the operator. The names are those of the descriptor's configuration form.
struct Configuration
{
    std::string host; ///< "acme.halopsa.com", with a port if it is not 443: where people log in, and the API is.
    std::string clientId;
    std::string clientSecret;
    std::string tenant; ///< Empty = the one that HaloPSA names itself, if any.
    std::string scope;
    std::string outcome;       ///< Id or name for internal notes; empty = HaloPSA's own "Internal Note".
    std::string publicOutcome; ///< The same for public notes; empty = one that users see.
    bool runRules = false;     ///< Notes and changes start the tenant's rules.
    std::vector<std::string>
        automation{}; ///< In lower case: applications and agents whose changes are not the work of people.

    std::vector<std::string> secrets() const { return {clientSecret}; }
};

/// What to enter, for error messages.
constexpr const char *configurationFields = "Tenant URL, Client ID and Client secret";

/// Reads and checks a configuration document. Throws psa::Error(PSA_INVALID_CONFIG) that names the field.
Configuration parseConfiguration(std::string_view json);

} // namespace psa::plugins::halopsa
