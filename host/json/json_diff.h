#pragma once

#include <Poco/Dynamic/Var.h>

#include <string>
#include <vector>

namespace psa::host {

/// One value that two JSON documents do not share.
struct JsonDifference
{
    std::string path;   ///< JSON pointer, such as "/ticket/title"; empty = the whole document.
    std::string before; ///< As JSON; empty = it is not there.
    std::string after;
};

/// Where two documents differ, member by member and item by item; the order of members counts for nothing.
std::vector<JsonDifference> diffJson(const Poco::Dynamic::Var &before, const Poco::Dynamic::Var &after);

} // namespace psa::host
