#pragma once

#include "host/net/http_types.h"

#include <string>
#include <vector>

namespace psa::check {

/// Every text in a JSON document, however deep, keys left out; the document itself if it is not JSON. Throws
/// json::JsonError for a body that begins as JSON and is none, or has a key twice.
std::vector<std::string> textsIn(const std::string &body);

/// Can `text` be found in one of `texts`? White space, control characters and U+FFFD do not count, and characters may be
/// written as HTML has them.
bool arrives(const std::string &text, const std::vector<std::string> &texts);

/// Is `text` anywhere in `request`: URL, body or a header?
bool mentions(const net::HttpRequest &request, const std::string &text);

} // namespace psa::check
