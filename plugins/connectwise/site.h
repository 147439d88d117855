#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace psa::plugins::connectwise {

/// The ConnectWise site of the operator: where people log in.
struct Site
{
    std::string host;    ///< "na.myconnectwise.net", with a port if it is not 443.
    std::string apiHost; ///< "api-na.myconnectwise.net"; on premises the same as host.
    bool cloud = false;  ///< Run by ConnectWise itself.
};

/// `given` as an operator pastes it: with or without https://, with the name of the API or of the pages, with the path
/// of either. Only its host counts: the path is found by the company lookup. Nothing if it is no such address.
std::optional<Site> parseSite(std::string_view given);

} // namespace psa::plugins::connectwise
