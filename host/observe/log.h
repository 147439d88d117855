#pragma once

#include "host/clock/clock.h"

#include <psa/plugin.h>

#include <atomic>
#include <functional>
#include <iosfwd>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace psa::net {
class SecretRegistry;
} // namespace psa::net

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

/// The subject of a log line. Empty members do not apply.
struct LogContext
{
    std::string connection; ///< Its name.
    std::string ticket;     ///< The ticket's reference, which identifies it from the request to the PSA.
    std::string call;       ///< The called plugin function, such as "create_ticket".
    std::string plugin;     ///< Id of the plugin.
};

/// Writes one complete line, including its line feed. Never called concurrently.
using LogSink = std::function<void(std::string_view line)>;

/// The log of the process: one line per event, as JSON or as text. Accepts any input; no line contains a known secret
/// or a control character, or can imitate another line. Thread-safe.
///
///     {"time":"2026-01-01T00:00:00.000Z","level":"warning","message":"...","connection":"acme","ticket":"K7"}
///     2026-01-01T00:00:00.000Z warning [connection=acme ticket=K7] ...
class Log
{
public:
    /// Maximum length of a message and of each part of its context.
    static constexpr std::size_t maxTextBytes = 16 << 10;

    Log(LogConfig config, std::shared_ptr<const clock::Clock> clock, LogSink sink = writeToStandardError);

    /// From now on no line shows the secrets in `secrets`, as long as it exists.
    void hide(const std::shared_ptr<const net::SecretRegistry> &secrets);

    /// From now on lines are written as in `config`.
    void use(const LogConfig &config);

    /// Whether lines of `level` (PSA_LOG_*) are written.
    bool takes(psa_log_level level) const { return level >= level_; }

    /// A line that cannot be written or redacted is dropped.
    void write(psa_log_level level, std::string_view message, const LogContext &context = {}) noexcept;

    /// Writes to file descriptor 2, independent of std::cerr.
    static void writeToStandardError(std::string_view line);

private:
    std::string clean(std::string_view text);

    std::atomic<LogFormat> format_;
    std::atomic<psa_log_level> level_;
    const std::shared_ptr<const clock::Clock> clock_;
    std::mutex secretsMutex_;
    std::vector<std::weak_ptr<const net::SecretRegistry>> secrets_; ///< Guarded by secretsMutex_.
    std::mutex sinkMutex_;
    const LogSink sink_; ///< Guarded by sinkMutex_.
};

/// A log with the machine's clock that writes to `out`, which must live as long as the log.
std::shared_ptr<Log> makeLog(const LogConfig &config, std::ostream &out);

/// Lets a plugin write to `log`, which it keeps alive; each line gets the context `context`.
std::function<void(psa_log_level, const std::string &)> pluginLog(std::shared_ptr<Log> log, LogContext context);

} // namespace psa::observe
