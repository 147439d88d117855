#pragma once

#include "host/clock/clock.h"
#include "host/observe/log_config.h"

#include <functional>
#include <iosfwd>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace psa::net {
class SecretRegistry;
} // namespace psa::net

namespace psa::observe {

/// What a line of the log is about. Empty = nothing of that kind.
struct LogContext
{
    std::string connection; ///< Its name.
    std::string ticket;     ///< The ticket's reference: the one id from the request to the ticket in the PSA.
    std::string call;       ///< What the plugin is asked for, such as "create_ticket".
    std::string plugin;     ///< Id of the plugin.
};

/// Takes one whole line with its line feed. Never called twice at once.
using LogSink = std::function<void(std::string_view line)>;

/// The log of the process: one line for each thing that happened, as JSON or as text. What it is given may be anything;
/// no line shows a secret that it knows of, holds a control character, or begins what looks like another line. From any
/// thread.
///
///     {"time":"2026-01-01T00:00:00.000Z","level":"warning","message":"...","connection":"acme","ticket":"K7"}
///     2026-01-01T00:00:00.000Z warning [connection=acme ticket=K7] ...
class Log
{
public:
    static constexpr std::size_t maxTextBytes = 16 << 10; ///< Of a message and of each part of its context.

    Log(LogConfig config, std::shared_ptr<const clock::Clock> clock, LogSink sink = writeToStandardError);

    /// From now on no line shows what `secrets` knows, as long as that lives.
    void hide(const std::shared_ptr<const net::SecretRegistry> &secrets);

    /// Is `level` (PSA_LOG_*) one that is written?
    bool takes(psa_log_level level) const { return level >= config_.level; }

    /// A line that cannot be written, or not be cleared of secrets, is left out.
    void write(psa_log_level level, std::string_view message, const LogContext &context = {}) noexcept;

    /// Writes to descriptor 2, whatever std::cerr is.
    static void writeToStandardError(std::string_view line);

private:
    std::string clean(std::string_view text);

    const LogConfig config_;
    const std::shared_ptr<const clock::Clock> clock_;
    std::mutex secretsMutex_;
    std::vector<std::weak_ptr<const net::SecretRegistry>> secrets_; ///< Guarded by secretsMutex_.
    std::mutex sinkMutex_;
    const LogSink sink_; ///< Guarded by sinkMutex_.
};

/// A log with the machine's clock that writes to `out`, which must live as long as the log.
std::shared_ptr<Log> makeLog(const LogConfig &config, std::ostream &out);

/// Lets a plugin write to `log`, which it keeps alive; each line is about `context`.
std::function<void(psa_log_level, const std::string &)> pluginLog(std::shared_ptr<Log> log, LogContext context);

} // namespace psa::observe
