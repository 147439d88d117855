#pragma once

#include <cstddef>
#include <string_view>

namespace psa::http {

/// Looks at each byte of a request's head (RFC 9112) before anything takes it apart, finds where the head ends, and
/// refuses what two readers could take for two things: control bytes, a CR or LF alone, folded lines, white space before
/// a colon, names and targets that are not ASCII, methods and versions that are none. What it lets pass has one reading.
/// Values may have bytes above 0x7F, such as UTF-8. One head, once.
class HeadScan
{
public:
    static constexpr std::size_t maxBytes = 16 << 10;
    static constexpr std::size_t maxTarget = 8 << 10;
    static constexpr std::size_t maxMethod = 16;
    static constexpr std::size_t maxHeaders = 100;

    enum class Result
    {
        more,      ///< All bytes are taken; the head goes on.
        whole,     ///< size() bytes are the head, with the empty line at its end.
        malformed, ///< problem() says what is wrong; nothing after it means anything.
        tooLarge   ///< One of the limits above; problem() says which.
    };

    /// `bytes`: all that came since the head began, the earlier ones again.
    Result take(std::string_view bytes);

    /// Of what was looked at; of the whole head in the end.
    std::size_t size() const { return at_; }
    std::size_t headers() const { return headers_; }
    const char *problem() const { return problem_; }

private:
    enum class State
    {
        beforeMethod, ///< An empty line may come first (RFC 9112, 2.2).
        emptyLineEnd,
        method,
        target,
        version,
        lineEnd, ///< After the CR of a line.
        lineStart,
        name,
        value,
        headEnd ///< After the CR of the empty line.
    };

    void step(unsigned char byte);
    void startOfLine(unsigned char byte);
    void inRequestLine(unsigned char byte);
    void inHeader(unsigned char byte);
    void refuse(Result result, const char *problem);

    State state_ = State::beforeMethod;
    Result result_ = Result::more;
    std::size_t at_ = 0;
    std::size_t length_ = 0; ///< Of the method, target or version so far.
    std::size_t headers_ = 0;
    const char *problem_ = "";
};

} // namespace psa::http
