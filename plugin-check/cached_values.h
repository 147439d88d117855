#pragma once

#include <string>
#include <vector>

namespace psa::check {

/// All keys and values that the plugin has put into psa.cache/1 of a CheckHost so far.
std::vector<std::string> cachedTexts();

} // namespace psa::check
