#include "host/config/sections.h"

#include "host/net/https_url.h"

namespace psa::config {

notify::NotifyConfig readNotify(TomlReader &reader)
{
    notify::NotifyConfig config;
    const toml::table *notify = reader.table(reader.root(), "notify");
    if (notify == nullptr)
        return config;
    reader.refuseUnknown(*notify, "[notify]", {"webhook", "command"});
    config.webhook = reader.text(*notify, "webhook").value_or("");
    try
    {
        if (!config.webhook.empty())
            net::HttpsUrl::parse(config.webhook);
    }
    catch (const net::InvalidUrl &error)
    {
        reader.mistake(*notify->get("webhook"), std::string("\"webhook\" must be an https URL: ") + error.what());
    }
    if (const toml::array *words = reader.list(*notify, "command", "[\"/usr/local/bin/tell-us\"]"))
        for (const toml::node &word : *words)
            config.command.push_back(word.value_or(std::string()));
    if (!config.command.empty() && !config.command.front().starts_with('/'))
        reader.mistake(*notify->get("command"), "\"command\" must start with the absolute path of a program");
    return config;
}

} // namespace psa::config
