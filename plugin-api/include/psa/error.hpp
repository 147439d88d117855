// SPDX-License-Identifier: Apache-2.0
//
// psa/error.hpp: how C++ plugins say why something failed. Compiled into the plugin; not part of the ABI.
#ifndef PSA_ERROR_HPP
#define PSA_ERROR_HPP

#include <psa/plugin.h>

#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <utility>

namespace psa {

/// A borrowed view of `text`, valid as long as `text` is.
inline psa_str view(std::string_view text) noexcept
{
    return psa_str{text.data(), text.size()};
}

/// The text behind `text`; empty if there is none.
inline std::string_view view(psa_str text) noexcept
{
    return text.data == nullptr ? std::string_view{} : std::string_view{text.data, text.size};
}

/// Throw it out of any verb: the glue hands it to the host. Set what you know, in a chain:
///
///     throw psa::Error(PSA_AUTH, "Example PSA does not accept the API key").hint("Make a new key under Admin");
///
/// Never put a secret into a text.
class Error : public std::exception
{
public:
    /// `status`: why, never PSA_OK; `message`: one sentence for the operator.
    Error(psa_status status, std::string message) : status_(status), message_(std::move(message)) {}

    /// What to do next, and where.
    Error &hint(std::string text)
    {
        hint_ = std::move(text);
        return *this;
    }
    /// For the log: the PSA's own words.
    Error &detail(std::string text)
    {
        detail_ = std::move(text);
        return *this;
    }
    /// The PSA's own error code.
    Error &vendorCode(std::string text)
    {
        vendorCode_ = std::move(text);
        return *this;
    }
    /// The configuration or ticket field at fault, by its name.
    Error &field(std::string text)
    {
        field_ = std::move(text);
        return *this;
    }
    /// The HTTP status of the PSA's answer.
    Error &httpStatus(std::uint32_t status)
    {
        httpStatus_ = status;
        return *this;
    }
    /// How long the PSA asked to wait, in milliseconds.
    Error &retryAfterMs(std::uint32_t milliseconds)
    {
        retryAfterMs_ = milliseconds;
        return *this;
    }

    /// Another status than the one it was made with.
    Error &status(psa_status status)
    {
        status_ = status;
        return *this;
    }
    /// Another sentence for the operator than the one it was made with.
    Error &message(std::string text)
    {
        message_ = std::move(text);
        return *this;
    }

    psa_status status() const noexcept { return status_; }
    const char *what() const noexcept override { return message_.c_str(); }

    /// The struct for put_error; valid as long as this object.
    psa_error toC() const noexcept
    {
        return psa_error{sizeof(psa_error), status_,       httpStatus_,       retryAfterMs_, view(message_),
                         view(hint_),       view(detail_), view(vendorCode_), view(field_)};
    }

private:
    psa_status status_;
    std::uint32_t httpStatus_ = 0;
    std::uint32_t retryAfterMs_ = 0;
    std::string message_;
    std::string hint_;
    std::string detail_;
    std::string vendorCode_;
    std::string field_;
};

} // namespace psa

#endif
