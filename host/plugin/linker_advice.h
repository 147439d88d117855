#pragma once

#include <string>
#include <string_view>

namespace psa::plugin {

/// What to do about a library that the dynamic linker refuses. `words`: as dlerror() has them.
std::string linkerAdvice(std::string_view words);

} // namespace psa::plugin
