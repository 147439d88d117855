#pragma once

#include <string>
#include <string_view>

namespace psa::events {

enum class Plus
{
    isSpace, ///< As in forms.
    isPlus   ///< As in headers and paths.
};

/// `text` with its percent escapes decoded. A percent sign that begins no escape stays: some senders do not encode what
/// people typed. The result may be invalid UTF-8.
std::string urlDecoded(std::string_view text, Plus plus);

} // namespace psa::events
