#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace psa::secrets {

/// A key or a secret in memory: wiped when destroyed, never copied by accident, and without an operator that prints it.
class SecretBytes
{
public:
    SecretBytes() = default;
    /// `size` bytes of zero, to be filled through data().
    explicit SecretBytes(std::size_t size) : bytes_(size) {}
    /// Copies the bytes and wipes `text`.
    explicit SecretBytes(std::string &&text);
    static SecretBytes copyOf(std::string_view text);

    ~SecretBytes() { wipe(); }
    SecretBytes(const SecretBytes &) = delete;
    SecretBytes &operator=(const SecretBytes &) = delete;
    SecretBytes(SecretBytes &&other) noexcept = default;
    SecretBytes &operator=(SecretBytes &&other) noexcept;

    std::size_t size() const { return bytes_.size(); }
    unsigned char *data() { return bytes_.data(); }
    const unsigned char *data() const { return bytes_.data(); }
    /// Valid as long as this object. Copies of it are not wiped.
    std::string_view view() const { return {reinterpret_cast<const char *>(bytes_.data()), bytes_.size()}; }

    /// Compares in constant time, unless the lengths differ.
    bool sameAs(const SecretBytes &other) const;

private:
    void wipe() noexcept;

    /// Never resized. Not a string: a short one would leave its bytes behind when moved.
    std::vector<unsigned char> bytes_;
};

/// Wipes what `text` holds and empties it.
void wipe(std::string &text) noexcept;

} // namespace psa::secrets
