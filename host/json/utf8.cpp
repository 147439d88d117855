#include "host/json/utf8.h"

#include <Poco/UTF8Encoding.h>

namespace psa::host {
namespace {

/// Length of the well-formed sequence at `at`, or 0.
std::size_t sequenceLength(std::string_view text, std::size_t at)
{
    const auto lead = static_cast<unsigned char>(text[at]);
    if (lead < 0x80)
        return 1;
    const int length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() - at < static_cast<std::size_t>(length))
        return 0;
    const auto *bytes = reinterpret_cast<const unsigned char *>(text.data() + at);
    return Poco::UTF8Encoding::isLegal(bytes, length) ? static_cast<std::size_t>(length) : 0;
}

} // namespace

std::size_t findInvalidUtf8(std::string_view text)
{
    for (std::size_t at = 0; at < text.size();)
    {
        const std::size_t length = sequenceLength(text, at);
        if (length == 0)
            return at;
        at += length;
    }
    return std::string_view::npos;
}

bool isValidUtf8(std::string_view text)
{
    return findInvalidUtf8(text) == std::string_view::npos;
}

std::string replaceInvalidUtf8(std::string_view text)
{
    std::string result;
    for (std::size_t at = 0; at < text.size();)
    {
        const std::size_t length = sequenceLength(text, at);
        if (length == 0)
            result += "\xEF\xBF\xBD";
        else
            result += text.substr(at, length);
        at += length == 0 ? 1 : length;
    }
    return result;
}

} // namespace psa::host
