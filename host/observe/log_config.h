#pragma once

#include <psa/plugin.h>

#include <optional>
#include <string_view>

namespace psa::observe {

enum class LogFormat
{
    text,
    json ///< One object per line.
};

/// [log] of the configuration file.
struct LogConfig
{
    LogFormat format = LogFormat::text;
    psa_log_level level = PSA_LOG_INFO; ///< The lowest level that is written.
};

/// "debug", "info", "warning" or "error"; an unknown level counts as an error.
const char *logLevelName(psa_log_level level);
/// nullopt = no level has this name.
std::optional<psa_log_level> logLevelNamed(std::string_view name);

} // namespace psa::observe
