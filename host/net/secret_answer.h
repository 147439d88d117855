#pragma once

#include "host/net/redactor.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace psa::net {

class SecretRegistry;

// Bodies of responses that contain secrets: those to requests with PSA_HTTP_SECRET_ANSWER.

/// Maximum length of a secret that is learned at run time, in bytes.
constexpr std::size_t maxLearnedBytes = 16U << 10U;

/// Whether a text of this many bytes may be learned at run time: a shorter one would match everywhere.
constexpr bool canLearn(std::size_t bytes)
{
    return bytes >= Redactor::minSecretBytes && bytes <= maxLearnedBytes;
}

/// A body in a form that may be shown and stored, and that a replay can sign in with. In a JSON document each string is
/// replaced by Redactor::marker, except empty ones and the members that OAuth 2.0 (RFC 6749) defines and that are not
/// secret: token_type, scope, error, error_description and error_uri. A number is kept unless it has more than 13 digits,
/// which is enough for a time in milliseconds: then it is 0. Known secrets are replaced everywhere. Any other body that is
/// not empty becomes the marker.
std::string withoutSecrets(std::string_view body, const SecretRegistry &secrets);

/// The texts of a body that could be tokens: strings in a JSON document, or otherwise words, that are long, without white
/// space, and not URLs; at most 16. None of the members that withoutSecrets() keeps.
std::vector<std::string> possibleTokens(std::string_view body);

} // namespace psa::net
