#include "host/config/host_config.h"

#include "host/config/sections.h"

#include <algorithm>
#include <cctype>

namespace psa::config {
namespace {

void readPins(TomlReader &reader, const toml::table &plugins, plugin::LoaderPolicy &policy)
{
    const toml::table *pins = reader.table(plugins, "pins");
    if (pins == nullptr)
        return;
    for (const auto &[key, value] : *pins)
    {
        std::string digest = value.value_or(std::string());
        std::transform(digest.begin(), digest.end(), digest.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        if (digest.size() != 64 || digest.find_first_not_of("0123456789abcdef") != std::string::npos)
            reader.mistake(value, "the pin of \"" + std::string(key.str()) +
                                      "\" must be a SHA-256 in 64 hex digits; get it with: sha256sum FILE");
        policy.pins[std::string(key.str())] = digest;
    }
}

} // namespace

HostConfig readConfig(const std::filesystem::path &file)
{
    TomlReader reader(file);
    HostConfig config;
    reader.refuseUnknown(reader.root(), "the file",
                         {"plugins", "egress", "secrets", "log", "store", "delivery", "notify", "serve"});
    if (const toml::table *plugins = reader.table(reader.root(), "plugins"))
    {
        reader.refuseUnknown(*plugins, "[plugins]", {"folders", "files", "trusted_paths", "start_deadline_ms", "pins"});
        config.pluginFolders = reader.paths(*plugins, "folders");
        config.pluginFiles = reader.paths(*plugins, "files");
        config.loader.trustedPaths = reader.paths(*plugins, "trusted_paths");
        if (const auto deadline = reader.number(*plugins, "start_deadline_ms", 100, 60000))
            config.loader.startDeadline = std::chrono::milliseconds(*deadline);
        readPins(reader, *plugins, config.loader);
    }
    config.egress = readEgress(reader);
    config.secrets = readSecrets(reader);
    config.log = readLog(reader);
    config.store = readStore(reader);
    config.delivery = readDelivery(reader);
    config.notify = readNotify(reader);
    config.serve = readServe(reader);
    reader.finish();
    return config;
}

} // namespace psa::config
