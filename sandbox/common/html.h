#pragma once

#include "sandbox/common/http_message.h"

namespace psa::sandbox {

/// What the web server in front of a service answers by itself.
Answer htmlError(int status, const std::string &title);

} // namespace psa::sandbox
