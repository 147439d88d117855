#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace psa::net {

/// Removes secrets from texts before they are shown or stored: log lines, audit rows, errors, API answers.
///
/// Finds a secret in plain text; in standard and URL-safe base64, even in the middle of a longer base64 text; and in
/// each of these forms with any of its characters percent-encoded (hex digits of either case, '+' for a space), escaped
/// as in a JSON string, or written as an HTML character reference, in any mixture. Does not find it if it is encoded
/// twice with marks in both layers, compressed, hashed, or in base64 that is broken into lines.
///
/// Add the secrets, then share it as shared_ptr<const Redactor>: all const functions may be called from any thread.
class Redactor
{
public:
    /// Shorter ones would match everywhere; they are not searched for.
    static constexpr std::size_t minSecretBytes = 4;
    /// Replacement for a secret.
    static constexpr std::string_view marker = "[redacted]";

    Redactor() = default;
    /// Wipes the secrets from memory.
    ~Redactor();
    Redactor(const Redactor &) = delete;
    Redactor &operator=(const Redactor &) = delete;

    /// Searches for `value` from now on; wipes this copy. False = it is too short and will not be searched for.
    bool addSecret(std::string value);

    /// `text` with each secret replaced by the marker; overlapping secrets are replaced by one marker. Takes linear
    /// time, except for texts that repeat the beginning of a secret many times.
    std::string redact(std::string_view text) const;

private:
    /// One way to write a secret, before escaping.
    struct Form
    {
        std::string bytes;
        bool sharesBefore = false; ///< The base64 character before it contains some bits of the secret,
        bool sharesAfter = false;  ///< and so does the one after it.
    };

    struct Span
    {
        std::size_t begin;
        std::size_t end;
    };

    void keepNewest();
    void addBase64(std::string_view secret, std::string_view alphabet, std::size_t bytesBefore);
    void matchForms(std::string_view text, std::size_t at, char first, std::optional<Span> &widest) const;
    std::optional<Span> matchAt(std::string_view text, std::size_t at) const;

    std::deque<Form> forms_; ///< A deque never moves its elements, so that no unwiped copy is left behind.
    std::array<std::vector<const Form *>, 256> byFirstByte_;
};

} // namespace psa::net
