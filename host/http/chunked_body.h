#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace psa::http {

/// Takes a body out of its chunks (RFC 9112, 7.1). Strict: sizes are 1 to 8 hexadecimal digits, lines end with CRLF,
/// extensions are printable, few and thrown away, and there are no trailers.
class ChunkedBody
{
public:
    /// All extensions of one body together, in bytes.
    static constexpr std::size_t maxExtensions = 4 << 10;

    /// Takes bytes from the beginning of `bytes` until it is whole, and adds what is of the body to `body`, which must
    /// not get larger than `most`. How many bytes it took. Throws Problem (400, 413).
    std::size_t take(std::string_view bytes, std::string &body, std::size_t most);
    bool isWhole() const { return state_ == State::whole; }

private:
    enum class State
    {
        size,
        extension,
        sizeEnd, ///< After the CR of a size.
        data,
        dataEnd,   ///< At the CR behind a chunk.
        dataEndLf, ///< After it.
        end,       ///< At the CR behind the last chunk.
        endLf,
        whole
    };

    void step(char byte);
    void takeDigit(char byte);

    State state_ = State::size;
    std::uint64_t left_ = 0; ///< Of the chunk.
    std::size_t digits_ = 0;
    std::size_t extensions_ = 0;
};

} // namespace psa::http
