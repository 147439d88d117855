#pragma once

#include "sandbox/common/http_message.h"
#include "sandbox/common/switches.h"

#include <string>

namespace psa::sandbox::halopsa {

/// A request that the service rejects.
struct ApiError
{
    int status = 400;
    std::string message;                        ///< Empty: the response has no body.
    std::string exception = "System.Exception"; ///< The class of the exception, where the response shows it.
};

/// The response for `error`, in the form that the switch errors.shape selects.
Answer errorAnswer(const Switches &switches, const ApiError &error);

/// A write with a value that the service does not accept.
ApiError invalid(const Switches &switches, const std::string &message);

} // namespace psa::sandbox::halopsa
