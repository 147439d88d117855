#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace psa::json {

/// `bytes` in standard base64, with padding and without line breaks.
std::string toBase64(std::string_view bytes);

/// The bytes of a text in standard base64; nullopt if it is not in its canonical form.
std::optional<std::string> fromBase64(std::string_view text);

} // namespace psa::json
