#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace psa::http {

/// The parsed head of a request.
struct RequestHead
{
    std::string method;
    std::string target;
    bool http10 = false;
    /// In order of arrival: names in lower case, values without surrounding white space.
    std::vector<std::pair<std::string, std::string>> headers;
};

/// Parses `bytes`, one complete head that HeadScan accepted, without an empty line before it, with Boost.Beast. Throws
/// std::runtime_error if Beast rejects it or sees its end elsewhere.
RequestHead parseHead(std::string_view bytes);

} // namespace psa::http
