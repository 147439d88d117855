#pragma once

#include <Poco/Dynamic/Var.h>

#include <string>
#include <vector>

namespace psa::json {

/// One difference between two JSON documents.
struct JsonDifference
{
    std::string path;   ///< JSON pointer, such as "/ticket/title"; empty = the whole document.
    std::string before; ///< As JSON; empty = missing.
    std::string after;
};

/// The differences between two documents, member by member and item by item; the order of members does not matter.
std::vector<JsonDifference> diffJson(const Poco::Dynamic::Var &before, const Poco::Dynamic::Var &after);

} // namespace psa::json
