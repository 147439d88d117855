#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

namespace psa::test {

/// Follows the record layer of one direction of a TLS connection from outside, without a key.
class RecordScanner
{
public:
    /// Content types of a record, RFC 8446 section 5.1.
    static constexpr unsigned char applicationData = 23;

    /// Takes the next bytes of the stream, in pieces of any size; calls `onRecord` for each record that starts in them:
    /// its content type and its offset in `bytes`.
    void feed(std::string_view bytes, const std::function<void(unsigned char type, std::size_t offset)> &onRecord);

private:
    std::size_t headerBytes_ = 0; ///< How many of the record's five bytes have been seen.
    std::size_t left_ = 0;        ///< Remaining payload bytes.
};

} // namespace psa::test
