#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace psa::http {

/// Decodes a chunked body (RFC 9112, 7.1). Strict: sizes are 1 to 8 hexadecimal digits, lines end with CRLF, extensions
/// are printable, limited and ignored, and trailers are rejected.
class ChunkedBody
{
public:
    /// Maximum size of all extensions of one body together, in bytes.
    static constexpr std::size_t maxExtensions = 4 << 10;

    /// Decodes from the beginning of `bytes` until the body is complete, and appends to `body`, which must not exceed
    /// `most` bytes. Returns how many bytes were consumed. Throws Problem (400, 413).
    std::size_t take(std::string_view bytes, std::string &body, std::size_t most);
    bool isWhole() const { return state_ == State::whole; }

private:
    enum class State
    {
        size,
        extension,
        sizeEnd, ///< After the CR of a size.
        data,
        dataEnd,   ///< At the CR after a chunk.
        dataEndLf, ///< After that CR.
        end,       ///< At the CR after the last chunk.
        endLf,
        whole
    };

    void step(char byte);
    void takeDigit(char byte);

    State state_ = State::size;
    std::uint64_t left_ = 0; ///< Remaining bytes of the chunk.
    std::size_t digits_ = 0;
    std::size_t extensions_ = 0;
};

} // namespace psa::http
