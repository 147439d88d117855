#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace psa::plugin::runner {

/// The kinds of frames. protocol.h has the direction of each and its fields in order.
enum class Kind : std::uint16_t
{
    // from the runner
    hello = 1,
    entering,
    refused,
    entered,
    offered,
    returned,
    destroyed,
    log,
    result,
    error,
    send,
    readClock,
    readRemaining,
    getValue,
    putValue,
    misused,
    threw,
    learnSecret,
    keepSecret,
    getSecret,
    // from the host
    enter = 64,
    offer,
    call,
    destroy,
    response
};

/// A frame that violates the protocol; what() completes "it sent ...".
class BadFrame : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// The header of each frame, in the byte order of the machine. The payload follows it.
struct FrameHead
{
    std::uint32_t size = 0; ///< Of the payload in bytes, at most maxFrameBytes.
    Kind kind = Kind::hello;
    std::uint16_t zero = 0;    ///< Reserved; must be 0.
    std::uint64_t call = 0;    ///< Number of the call to which the frame belongs; 0 = none.
    std::uint64_t request = 0; ///< The same number in a request and its response; 0 = none.
};

constexpr std::size_t frameHeadBytes = 24;
/// Limit of a payload. The largest response that the host accepts from a PSA, 8 MiB and its headers, fits.
constexpr std::size_t maxFrameBytes = 16U << 20U;

/// Reads the header at the start of `bytes`. Throws BadFrame if fewer than frameHeadBytes are there, the size is above
/// maxFrameBytes, or the reserved field is not 0. Does not check the kind.
FrameHead readHead(std::string_view bytes);

/// Builds one frame; its fields are written in the order of the calls. Not thread-safe.
class FrameWriter
{
public:
    explicit FrameWriter(Kind kind, std::uint64_t call = 0, std::uint64_t request = 0);

    FrameWriter &number(std::uint64_t value);
    FrameWriter &text(std::string_view value);
    /// A flag that says whether there is a text, then the text.
    FrameWriter &textOrNone(std::optional<std::string_view> value);

    std::size_t payloadBytes() const { return bytes_.size() - frameHeadBytes; }
    /// The whole frame; call it last, and once. Throws std::length_error for a payload above maxFrameBytes.
    std::string take();

private:
    std::string bytes_;
};

/// Reads the fields of one payload in order. Every function throws BadFrame if the payload ends before the field does.
/// The returned texts point into the payload. Not thread-safe.
class FrameReader
{
public:
    explicit FrameReader(std::string_view payload) : rest_(payload) {}

    std::uint64_t number();
    /// Throws BadFrame for a number above `max`.
    std::uint64_t number(std::uint64_t max);
    std::uint32_t number32() { return static_cast<std::uint32_t>(number(UINT32_MAX)); }
    bool flag() { return number(1) == 1; }
    std::string_view text();
    /// Throws BadFrame for a text of more than `max` bytes.
    std::string_view text(std::size_t max);
    std::optional<std::string_view> textOrNone();
    /// All bytes that have not been read.
    std::string_view rest() { return std::exchange(rest_, {}); }
    /// Throws BadFrame unless all bytes have been read.
    void end() const;

private:
    std::string_view rest_;
};

} // namespace psa::plugin::runner
