#pragma once

#include "sandbox/common/http_message.h"

namespace psa::sandbox {

/// An error page of the web server in front of a service.
Answer htmlError(int status, const std::string &title);

} // namespace psa::sandbox
