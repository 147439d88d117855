#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace psa::events {

/// One part of a multipart/form-data body (RFC 7578).
struct FormPart
{
    std::string name; ///< "part1" and so on if the part has none.
    std::string content;
};

/// Whether `body`, which begins with two hyphens, can be a multipart body: its first line is the boundary that
/// `contentType` names, or one that its end repeats.
bool isMultipart(std::string_view body, const std::string &contentType);

/// The parts of a body of which isMultipart() is true. Line ends may be CR LF or LF. Throws BodyRefused.
std::vector<FormPart> multipartParts(std::string_view body, const std::string &contentType);

} // namespace psa::events
