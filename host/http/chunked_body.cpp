#include "host/http/chunked_body.h"

#include "host/http/problem.h"

#include <algorithm>

namespace psa::http {
namespace {

constexpr std::size_t maxDigits = 8;

[[noreturn]] void refuse(const char *detail)
{
    throw Problem(400, "bad-chunk", "Invalid chunked body", detail);
}

int valueOf(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    const auto lower = static_cast<char>(digit | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool isPrintable(char byte)
{
    return (byte >= ' ' && byte < 0x7F) || byte == '\t';
}

} // namespace

std::size_t ChunkedBody::take(std::string_view bytes, std::string &body, std::size_t most)
{
    std::size_t at = 0;
    while (at < bytes.size() && !isWhole())
    {
        if (state_ != State::data)
        {
            step(bytes[at++]);
            continue;
        }
        const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size() - at));
        if (left_ > most - std::min(most, body.size()))
            throw tooLarge(most);
        body.append(bytes, at, count);
        at += count;
        left_ -= count;
        if (left_ == 0)
            state_ = State::dataEnd;
    }
    return at;
}

void ChunkedBody::step(char byte)
{
    switch (state_)
    {
    case State::size:
        return takeDigit(byte);
    case State::extension:
        if (byte == '\r')
            state_ = State::sizeEnd;
        else if (!isPrintable(byte) || ++extensions_ > maxExtensions)
            refuse("A chunk extension has a control character or is too long.");
        return;
    case State::sizeEnd:
        if (byte != '\n')
            refuse("The chunk size line does not end with CRLF.");
        state_ = left_ == 0 ? State::end : State::data;
        digits_ = 0;
        return;
    case State::dataEnd:
    case State::dataEndLf:
        if (byte != (state_ == State::dataEnd ? '\r' : '\n'))
            refuse("A chunk does not have its declared size.");
        state_ = state_ == State::dataEnd ? State::dataEndLf : State::size;
        return;
    case State::end:
    case State::endLf:
        if (byte != (state_ == State::end ? '\r' : '\n'))
            refuse("Trailers are not accepted.");
        state_ = state_ == State::end ? State::endLf : State::whole;
        return;
    case State::data:
    case State::whole:
        return;
    }
}

void ChunkedBody::takeDigit(char byte)
{
    if (const int value = valueOf(byte); value >= 0 && ++digits_ <= maxDigits)
        left_ = left_ * 16 + static_cast<unsigned>(value);
    else if (digits_ > 0 && digits_ <= maxDigits && byte == ';')
        state_ = State::extension;
    else if (digits_ > 0 && digits_ <= maxDigits && byte == '\r')
        state_ = State::sizeEnd;
    else
        refuse("The chunk size is not a hexadecimal number of 1 to 8 digits.");
}

} // namespace psa::http
