#pragma once

#include "configuration.h"

#include "common/kept_values.h"

#include <psa/call.hpp>

#include <string>

namespace psa::plugins::connectwise {

/// The address of a company's API. ConnectWise moves a company to another codebase with its releases.
struct CompanyInfo
{
    std::string host;       ///< "api-na.myconnectwise.net"
    std::string codebase;   ///< "v2025_1/"
    std::string name;       ///< "Example MSP"; empty = not known.
    std::string version;    ///< "v2025.1"; empty = not known.
    bool fromCache = false; ///< It was looked up earlier, so the company may have moved since.

    /// `path` under version 3.0 of the API, such as "service/tickets".
    std::string api(const std::string &path) const { return "https://" + host + "/" + codebase + "apis/3.0/" + path; }
};

/// The cached company, otherwise looked up.
CompanyInfo findCompany(psa::Host host, psa::Call &call, const Configuration &configuration, KeptValues &kept);

/// Looks the company up by its id and caches the response for 12 hours. The request has no credentials, because
/// ConnectWise needs none. Throws psa::Error.
CompanyInfo lookUpCompany(psa::Host host, psa::Call &call, const Configuration &configuration, KeptValues &kept);

/// The URL at which a person opens the ticket `id`.
std::string ticketUrl(const Configuration &configuration, const std::string &id);

} // namespace psa::plugins::connectwise
