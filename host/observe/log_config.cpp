#include "host/observe/log_config.h"

#include <algorithm>
#include <array>

namespace psa::observe {
namespace {

constexpr std::array<std::string_view, 4> names = {"debug", "info", "warning", "error"}; // in the order of PSA_LOG_*

} // namespace

const char *logLevelName(psa_log_level level)
{
    return level < names.size() ? names[level].data() : names.back().data();
}

std::optional<psa_log_level> logLevelNamed(std::string_view name)
{
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end())
        return std::nullopt;
    return static_cast<psa_log_level>(found - names.begin());
}

} // namespace psa::observe
