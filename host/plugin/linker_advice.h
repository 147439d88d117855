#pragma once

#include <string>
#include <string_view>

namespace psa::plugin {

/// What to do about a library that cannot be loaded. `words`: the message of dlerror().
std::string linkerAdvice(std::string_view words);

} // namespace psa::plugin
