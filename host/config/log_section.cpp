#include "host/config/sections.h"

namespace psa::config {

observe::LogConfig readLog(TomlReader &reader)
{
    observe::LogConfig config;
    const toml::table *log = reader.table(reader.root(), "log");
    if (log == nullptr)
        return config;
    reader.refuseUnknown(*log, "[log]", {"format", "level"});
    const std::string format = reader.text(*log, "format").value_or("text");
    if (format != "text" && format != "json")
        reader.mistake(*log->get("format"), "\"format\" must be \"text\" or \"json\", not \"" + format + "\"");
    config.format = format == "json" ? observe::LogFormat::json : observe::LogFormat::text;
    const std::string level = reader.text(*log, "level").value_or(observe::logLevelName(config.level));
    const auto found = observe::logLevelNamed(level);
    if (!found)
        reader.mistake(*log->get("level"),
                       "\"level\" must be \"debug\", \"info\", \"warning\" or \"error\", not \"" + level + "\"");
    config.level = found.value_or(config.level);
    return config;
}

} // namespace psa::config
