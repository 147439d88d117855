#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace psa::http {

/// The head of a request, taken apart.
struct RequestHead
{
    std::string method;
    std::string target;
    bool http10 = false;
    /// In the order in which they came: names in lower case, values without the white space around them.
    std::vector<std::pair<std::string, std::string>> headers;
};

/// What Boost.Beast makes of `bytes`, one whole head that HeadScan let pass, without an empty line before it. Throws
/// std::runtime_error where Beast refuses it, or sees its end elsewhere.
RequestHead parseHead(std::string_view bytes);

} // namespace psa::http
