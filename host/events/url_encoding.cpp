#include "host/events/url_encoding.h"

#include <charconv>

namespace psa::events {

std::string urlDecoded(std::string_view text, Plus plus)
{
    std::string result;
    result.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at)
    {
        unsigned char code = 0;
        const std::string_view digits = text.substr(at + 1, 2);
        const bool escape = text[at] == '%' && digits.size() == 2 &&
                            std::from_chars(digits.data(), digits.data() + 2, code, 16).ptr == digits.data() + 2;
        if (escape)
        {
            result += static_cast<char>(code);
            at += 2;
        }
        else
            result += text[at] == '+' && plus == Plus::isSpace ? ' ' : text[at];
    }
    return result;
}

} // namespace psa::events
