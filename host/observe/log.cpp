#include "host/observe/log.h"

#include "host/json/utf8.h"
#include "host/net/secret_registry.h"

#include <Poco/DateTimeFormatter.h>
#include <Poco/JSONString.h>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ostream>

namespace psa::observe {
namespace {

constexpr std::array<std::string_view, 4> names = {"debug", "info", "warning", "error"}; // in the order of PSA_LOG_*

/// The parts of a line, safe to be shown.
struct Line
{
    std::string time;
    std::string level;
    std::string message;
    std::vector<std::pair<const char *, std::string>> context;
};

std::string timeText(clock::Clock::Wall time)
{
    const auto since = std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch());
    return Poco::DateTimeFormatter::format(Poco::Timestamp(since.count()), "%Y-%m-%dT%H:%M:%S.%iZ");
}

std::string quoted(const std::string &text)
{
    return Poco::toJSON(text, Poco::JSON_WRAP_STRINGS);
}

std::string toJson(const Line &line)
{
    std::string json =
        "{\"time\":" + quoted(line.time) + ",\"level\":" + quoted(line.level) + ",\"message\":" + quoted(line.message);
    for (const auto &[name, value] : line.context)
        json.append(",\"").append(name).append("\":").append(quoted(value));
    return json + "}\n";
}

/// A line feed must not start a fake line.
std::string inOneLine(const std::string &text)
{
    std::string line;
    for (const char c : text)
        line += c == '\n' ? "\\n" : std::string(1, c);
    return line;
}

/// An ambiguous value is quoted.
std::string valueText(const std::string &text)
{
    return text.find_first_of(" \"\\=[]\n\t") == std::string::npos ? text : quoted(text);
}

std::string toText(const Line &line)
{
    std::string context;
    for (const auto &[name, value] : line.context)
        context.append(context.empty() ? " [" : " ").append(name).append("=").append(valueText(value));
    return line.time + " " + line.level + context + (context.empty() ? " " : "] ") + inOneLine(line.message) + "\n";
}

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

Log::Log(LogConfig config, std::shared_ptr<const clock::Clock> clock, LogSink sink)
    : format_(config.format), level_(config.level), clock_(std::move(clock)), sink_(std::move(sink))
{
}

void Log::use(const LogConfig &config)
{
    format_ = config.format;
    level_ = config.level;
}

void Log::hide(const std::shared_ptr<const net::SecretRegistry> &secrets)
{
    const std::lock_guard lock(secretsMutex_);
    std::erase_if(secrets_, [](const auto &each) { return each.expired(); });
    secrets_.emplace_back(secrets);
}

/// Secrets are redacted first: neither truncation nor a replaced character may leave a part of one that is then not
/// recognized.
std::string Log::clean(std::string_view text)
{
    std::vector<std::shared_ptr<const net::SecretRegistry>> registries;
    {
        const std::lock_guard lock(secretsMutex_);
        for (const auto &each : secrets_)
            if (auto registry = each.lock())
                registries.push_back(std::move(registry));
    }
    std::string cleaned(json::cutUtf8(text, 2 * maxTextBytes));
    for (const auto &registry : registries)
        cleaned = registry->redact(cleaned);
    return json::printable(json::cutUtf8(cleaned, maxTextBytes));
}

void Log::write(psa_log_level level, std::string_view message, const LogContext &context) noexcept
try
{
    if (!takes(level))
        return;
    Line line{timeText(clock_->wallNow()), logLevelName(level), clean(message), {}};
    const auto add = [&](const char *name, const std::string &value) {
        if (!value.empty())
            line.context.emplace_back(name, clean(value));
    };
    add("connection", context.connection);
    add("ticket", context.ticket);
    add("call", context.call);
    add("plugin", context.plugin);
    const std::string text = format_ == LogFormat::json ? toJson(line) : toText(line);
    const std::lock_guard lock(sinkMutex_);
    sink_(text);
}
catch (...)
{
    return; // out of memory, or the sink fails: losing the line is better than failing the caller
}

void Log::writeToStandardError(std::string_view line)
{
    while (!line.empty())
    {
        const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
        if (written < 0 && errno != EINTR)
            return;
        line.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
    }
}

std::shared_ptr<Log> makeLog(const LogConfig &config, std::ostream &out)
{
    return std::make_shared<Log>(config, std::make_shared<clock::SystemClock>(),
                                 [&out](std::string_view line) { out << line << std::flush; });
}

std::function<void(psa_log_level, const std::string &)> pluginLog(std::shared_ptr<Log> log, LogContext context)
{
    return [log = std::move(log), context = std::move(context)](psa_log_level level, const std::string &line) {
        log->write(level, line, context);
    };
}

} // namespace psa::observe
