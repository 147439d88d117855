#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace psa::plugins::connectwise {

/// The ConnectWise site of the operator: where people log in.
struct Site
{
    std::string host;    ///< "na.myconnectwise.net", with a port if it is not 443.
    std::string apiHost; ///< "api-na.myconnectwise.net"; on premises the same as host.
    bool cloud = false;  ///< Operated by ConnectWise itself.
};

/// `given` as pasted by an operator: with or without https://, with the name of the API or of the pages, with the path
/// of either. Only its host is used: the path comes from the company lookup. nullopt if it is not such an address.
std::optional<Site> parseSite(std::string_view given);

/// The configuration entered by the operator. The names are those of the descriptor's configuration form.
struct Configuration
{
    Site site;
    std::string companyId;
    std::string publicKey;
    std::string privateKey;
    std::string clientId;
    std::vector<std::string> automationMembers{}; ///< In lower case: whose changes are not the work of people.

    std::vector<std::string> secrets() const { return {privateKey, clientId}; }
};

/// Reads and checks a configuration document. Throws psa::Error(PSA_INVALID_CONFIG) that names the field.
Configuration parseConfiguration(std::string_view json);

} // namespace psa::plugins::connectwise
