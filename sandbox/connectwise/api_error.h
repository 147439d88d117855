#pragma once

#include <string>
#include <vector>

namespace psa::sandbox::connectwise {

/// One of "errors" in an error document.
struct FieldError
{
    std::string code;
    std::string message;
    std::string resource;
    std::string field;
};

/// A response {"code", "message", "errors"}.
struct ApiError
{
    int status = 400;
    std::string code;
    std::string message;
    std::vector<FieldError> errors{}; ///< Empty: "errors" is null.
};

/// Collects the errors of a write.
class WriteErrors
{
public:
    /// `resource`: the service's name of the record, such as "ticket".
    explicit WriteErrors(std::string resource) : resource_(std::move(resource)) {}

    void add(const std::string &code, const std::string &message, const std::string &field)
    {
        errors_.push_back({code, message, resource_, field});
    }
    bool empty() const { return errors_.empty(); }
    /// Throws ApiError with all of them, if there are any.
    void raise() const
    {
        if (!errors_.empty())
            throw ApiError{400, "InvalidObject", resource_ + " object is invalid", errors_};
    }

private:
    std::string resource_;
    std::vector<FieldError> errors_;
};

} // namespace psa::sandbox::connectwise
