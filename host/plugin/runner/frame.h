#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace psa::plugin::runner {

/// What a frame is. The direction and the fields of each, in their order, are in protocol.h.
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
    // from the host
    enter = 64,
    offer,
    call,
    destroy,
    response
};

/// A frame that does not match the protocol; what() completes "it sent ...".
class BadFrame : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// The first bytes of each frame, in the byte order of the machine. Nothing else is exchanged without a length.
struct FrameHead
{
    std::uint32_t size = 0; ///< Bytes that follow, at most maxFrameBytes.
    Kind kind = Kind::hello;
    std::uint16_t zero = 0;
    std::uint64_t call = 0;    ///< The call that it belongs to; 0 = none.
    std::uint64_t request = 0; ///< Connects a request with its response; 0 = none.
};

constexpr std::size_t frameHeadBytes = 24;
/// More than a response of 8 MiB with its headers, the largest that the host accepts from a PSA.
constexpr std::size_t maxFrameBytes = 16U << 20U;

/// Throws BadFrame for a size that is too large or a field that is not 0.
FrameHead readHead(std::string_view bytes);

/// Builds one frame.
class FrameWriter
{
public:
    explicit FrameWriter(Kind kind, std::uint64_t call = 0, std::uint64_t request = 0);

    FrameWriter &number(std::uint64_t value);
    FrameWriter &text(std::string_view value);
    /// With the information whether there is one.
    FrameWriter &textOrNone(std::optional<std::string_view> value);

    std::size_t payloadBytes() const { return bytes_.size() - frameHeadBytes; }
    /// The whole frame. Throws std::length_error above maxFrameBytes.
    std::string take();

private:
    std::string bytes_;
};

/// Reads the fields of one frame in order. Every function throws BadFrame if the field is not there. Texts refer to the
/// payload.
class FrameReader
{
public:
    explicit FrameReader(std::string_view payload) : rest_(payload) {}

    std::uint64_t number();
    /// A number of at most `max`.
    std::uint64_t number(std::uint64_t max);
    std::uint32_t number32() { return static_cast<std::uint32_t>(number(UINT32_MAX)); }
    bool flag() { return number(1) == 1; }
    std::string_view text();
    /// A text of at most `max` bytes.
    std::string_view text(std::size_t max);
    std::optional<std::string_view> textOrNone();
    /// Everything that was not read yet.
    std::string_view rest() { return std::exchange(rest_, {}); }
    /// Throws BadFrame unless every byte was read.
    void end() const;

private:
    std::string_view rest_;
};

} // namespace psa::plugin::runner
