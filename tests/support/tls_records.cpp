#include "tests/support/tls_records.h"

namespace psa::test {

void RecordScanner::feed(std::string_view bytes,
                         const std::function<void(unsigned char type, std::size_t offset)> &onRecord)
{
    for (std::size_t i = 0; i < bytes.size();)
    {
        const auto byte = static_cast<unsigned char>(bytes[i]);
        if (headerBytes_ == 5)
        {
            const std::size_t skipped = left_ < bytes.size() - i ? left_ : bytes.size() - i;
            left_ -= skipped;
            i += skipped;
        }
        else
        {
            if (headerBytes_ == 0)
                onRecord(byte, i);
            if (headerBytes_ >= 3) // type, two bytes of version, two of length
                left_ = left_ << 8 | byte;
            ++headerBytes_;
            ++i;
        }
        if (headerBytes_ == 5 && left_ == 0)
            headerBytes_ = 0;
    }
}

} // namespace psa::test
