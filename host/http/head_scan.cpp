#include "host/http/head_scan.h"

#include <array>
#include <cstdint>

namespace psa::http {
namespace {

constexpr std::string_view versionText = "HTTP/1.";

/// The bytes that are allowed in each part.
struct ByteClasses
{
    std::array<bool, 256> name{};   ///< token of RFC 9110.
    std::array<bool, 256> target{}; ///< Characters of a URI, and those that browsers leave unescaped.
    std::array<bool, 256> value{};  ///< field-content: no control bytes except tab.

    constexpr ByteClasses()
    {
        constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
        constexpr std::string_view neverInTarget = "\"#<>\\^`";
        for (unsigned byte = 0; byte < 256; ++byte)
        {
            const auto c = static_cast<char>(byte);
            const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            name[byte] = letter || (byte < 0x80 && byte != 0 && marks.find(c) != std::string_view::npos);
            target[byte] = byte > ' ' && byte < 0x7F && neverInTarget.find(c) == std::string_view::npos;
            value[byte] = (byte >= ' ' && byte != 0x7F) || c == '\t';
        }
    }
};

constexpr ByteClasses classes;

} // namespace

HeadScan::Result HeadScan::take(std::string_view bytes)
{
    while (at_ < bytes.size() && result_ == Result::more)
    {
        if (at_ == maxBytes)
            refuse(Result::tooLarge, "The request head may have at most 16384 bytes.");
        else
            step(static_cast<unsigned char>(bytes[at_++]));
    }
    return result_;
}

void HeadScan::refuse(Result result, const char *problem)
{
    result_ = result;
    problem_ = problem;
}

void HeadScan::step(unsigned char byte)
{
    switch (state_)
    {
    case State::emptyLineEnd:
    case State::lineEnd:
    case State::headEnd:
        if (byte != '\n')
            refuse(Result::malformed, "A line contains a CR that is not followed by LF.");
        else if (state_ == State::headEnd)
            result_ = Result::whole;
        else
            state_ = state_ == State::lineEnd ? State::lineStart : State::method;
        return;
    case State::beforeMethod:
    case State::lineStart:
        return startOfLine(byte);
    case State::method:
    case State::target:
    case State::version:
        return inRequestLine(byte);
    case State::name:
    case State::value:
        return inHeader(byte);
    }
}

void HeadScan::startOfLine(unsigned char byte)
{
    if (byte == '\r')
    {
        state_ = state_ == State::lineStart ? State::headEnd : State::emptyLineEnd;
        return;
    }
    if (state_ == State::beforeMethod)
    {
        state_ = State::method;
        return inRequestLine(byte);
    }
    if (byte == ' ' || byte == '\t')
        return refuse(Result::malformed, "A header is continued on a second line.");
    if (++headers_ > maxHeaders)
        return refuse(Result::tooLarge, "A request may have at most 100 headers.");
    if (!classes.name[byte])
        return refuse(Result::malformed, "A header name contains an invalid character.");
    state_ = State::name;
}

void HeadScan::inRequestLine(unsigned char byte)
{
    const std::size_t at = length_++;
    if (state_ == State::method && byte == ' ' && at > 0)
        state_ = State::target;
    else if (state_ == State::target && byte == ' ' && at > 0)
        state_ = State::version;
    else if (state_ == State::version && byte == '\r' && at == versionText.size() + 1)
        state_ = State::lineEnd;
    else if (state_ == State::method)
    {
        if (byte < 'A' || byte > 'Z')
            refuse(Result::malformed, "The request line does not start with a method in capitals and a space.");
        else if (at == maxMethod)
            refuse(Result::malformed, "The method is too long.");
        return;
    }
    else if (state_ == State::target)
    {
        if (!classes.target[byte])
            refuse(Result::malformed, "The request target contains an invalid character.");
        else if (at == maxTarget)
            refuse(Result::tooLarge, "The request target may have at most 8192 bytes.");
        return;
    }
    else
    {
        const bool right = at < versionText.size() ? byte == static_cast<unsigned char>(versionText[at])
                                                   : at == versionText.size() && (byte == '0' || byte == '1');
        if (!right)
            refuse(Result::malformed, "The request line does not end with a space and HTTP/1.1 or HTTP/1.0.");
        return;
    }
    length_ = 0;
}

void HeadScan::inHeader(unsigned char byte)
{
    if (state_ == State::name && byte == ':')
        state_ = State::value;
    else if (state_ == State::name && !classes.name[byte])
        refuse(Result::malformed, "A header name contains an invalid character.");
    else if (state_ == State::value && byte == '\r')
        state_ = State::lineEnd;
    else if (state_ == State::value && !classes.value[byte])
        refuse(Result::malformed, "A header value contains a control character.");
}

} // namespace psa::http
