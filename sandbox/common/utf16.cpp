#include "sandbox/common/utf16.h"

#include <Poco/TextConverter.h>
#include <Poco/UTF8Encoding.h>
#include <Poco/UnicodeConverter.h>

namespace psa::sandbox {
namespace {

Poco::UTF16String wide(const std::string &text)
{
    Poco::UTF16String wide;
    Poco::UnicodeConverter::convert(text, wide);
    return wide;
}

} // namespace

std::string utf16Prefix(const std::string &text, std::size_t length)
{
    std::string narrow;
    Poco::UnicodeConverter::convert(wide(text).substr(0, length), narrow);
    return narrow;
}

std::size_t utf16Length(const std::string &text)
{
    return wide(text).size();
}

} // namespace psa::sandbox
