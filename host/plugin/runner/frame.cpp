#include "host/plugin/runner/frame.h"

#include <cstring>

namespace psa::plugin::runner {
namespace {

template <class T>
void append(std::string &bytes, T value)
{
    bytes.append(reinterpret_cast<const char *>(&value), sizeof value);
}

template <class T>
T at(std::string_view bytes, std::size_t offset)
{
    T value{};
    std::memcpy(&value, bytes.data() + offset, sizeof value);
    return value;
}

} // namespace

FrameHead readHead(std::string_view bytes)
{
    if (bytes.size() < frameHeadBytes)
        throw BadFrame("a truncated frame header");
    const FrameHead head{at<std::uint32_t>(bytes, 0), static_cast<Kind>(at<std::uint16_t>(bytes, 4)),
                         at<std::uint16_t>(bytes, 6), at<std::uint64_t>(bytes, 8), at<std::uint64_t>(bytes, 16)};
    if (head.size > maxFrameBytes)
        throw BadFrame("a frame of " + std::to_string(head.size) + " bytes; at most " + std::to_string(maxFrameBytes) +
                       " are allowed");
    if (head.zero != 0)
        throw BadFrame("a frame header whose reserved field is not 0");
    return head;
}

FrameWriter::FrameWriter(Kind kind, std::uint64_t call, std::uint64_t request)
{
    append(bytes_, std::uint32_t(0));
    append(bytes_, static_cast<std::uint16_t>(kind));
    append(bytes_, std::uint16_t(0));
    append(bytes_, call);
    append(bytes_, request);
}

FrameWriter &FrameWriter::number(std::uint64_t value)
{
    append(bytes_, value);
    return *this;
}

FrameWriter &FrameWriter::text(std::string_view value)
{
    number(value.size());
    bytes_.append(value);
    return *this;
}

FrameWriter &FrameWriter::textOrNone(std::optional<std::string_view> value)
{
    number(value ? 1 : 0);
    return value ? text(*value) : *this;
}

std::string FrameWriter::take()
{
    if (payloadBytes() > maxFrameBytes)
        throw std::length_error("a frame of " + std::to_string(payloadBytes()) + " bytes");
    const auto size = static_cast<std::uint32_t>(payloadBytes());
    std::memcpy(bytes_.data(), &size, sizeof size);
    return std::move(bytes_);
}

std::uint64_t FrameReader::number()
{
    if (rest_.size() < sizeof(std::uint64_t))
        throw BadFrame("a frame that is too short");
    const auto value = at<std::uint64_t>(rest_, 0);
    rest_.remove_prefix(sizeof value);
    return value;
}

std::uint64_t FrameReader::number(std::uint64_t max)
{
    const std::uint64_t value = number();
    if (value > max)
        throw BadFrame("a frame with the number " + std::to_string(value) + "; the maximum is " + std::to_string(max));
    return value;
}

std::string_view FrameReader::text()
{
    return text(maxFrameBytes);
}

std::string_view FrameReader::text(std::size_t max)
{
    const std::uint64_t size = number(max);
    if (size > rest_.size())
        throw BadFrame("a frame with a text that is longer than the frame");
    const std::string_view value = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return value;
}

std::optional<std::string_view> FrameReader::textOrNone()
{
    return flag() ? std::optional(text()) : std::nullopt;
}

void FrameReader::end() const
{
    if (!rest_.empty())
        throw BadFrame("a frame that is too long");
}

} // namespace psa::plugin::runner
