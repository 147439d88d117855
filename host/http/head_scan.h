#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace psa::http {

/// Checks each byte of a request's head (RFC 9112) before it is parsed, finds its end, and rejects everything that two
/// parsers could interpret differently: control bytes, a CR or LF alone, folded lines, white space before a colon,
/// names and targets that are not ASCII, invalid methods and versions. An accepted head has only one interpretation.
/// Values may contain bytes above 0x7F, such as UTF-8. One object scans one head.
class HeadScan
{
public:
    static constexpr std::size_t maxBytes = 16 << 10;
    static constexpr std::size_t maxTarget = 8 << 10;
    static constexpr std::size_t maxMethod = 16;
    static constexpr std::size_t maxHeaders = 100;

    enum class Result
    {
        more,      ///< All bytes were consumed; the head is not complete yet.
        whole,     ///< The head is complete: size() bytes, including the empty line at its end.
        malformed, ///< problem() says what is wrong; the rest is not scanned.
        tooLarge   ///< One of the limits above is exceeded; problem() says which.
    };

    /// `bytes`: everything received since the head began, including earlier bytes.
    Result take(std::string_view bytes);

    /// Number of bytes scanned; in the end, of the whole head.
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
    std::size_t length_ = 0; ///< Length of the method, target or version so far.
    std::size_t headers_ = 0;
    const char *problem_ = "";
};

/// The parsed head of a request.
struct RequestHead
{
    std::string method;
    std::string target;
    bool http10 = false;
    /// In order of arrival: names in lower case, values without surrounding white space.
    std::vector<std::pair<std::string, std::string>> headers;
};

/// Parses `bytes`, one complete head that HeadScan accepted, without an empty line before it, with Boost.Beast. Throws
/// std::runtime_error if Beast rejects it or sees its end elsewhere.
RequestHead parseHead(std::string_view bytes);

} // namespace psa::http
