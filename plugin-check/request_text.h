#pragma once

#include "plugin-check/watched_transport.h"

#include <string>
#include <vector>

namespace psa::check {

/// All strings in a JSON document, at any depth, without keys; the document itself if it is not JSON. Throws
/// json::JsonError for a body that starts like JSON and is invalid, or has a duplicate key.
std::vector<std::string> textsIn(const std::string &body);

/// Whether `text` occurs in one of `texts`. White space, control characters and U+FFFD are ignored, and characters may
/// be HTML-escaped.
bool arrives(const std::string &text, const std::vector<std::string> &texts);

/// Whether `text` occurs anywhere in `request`: URL, body or a header.
bool mentions(const net::HttpRequest &request, const std::string &text);

/// Whether `text` occurs in one of the responses.
bool isAnswered(const std::vector<Sent> &sent, const std::string &text);

} // namespace psa::check
