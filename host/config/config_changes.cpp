#include "host/config/config_changes.h"

namespace psa::config {
namespace {

std::string valueText(const std::string &text)
{
    return text.empty() ? "not set" : "\"" + text + "\"";
}

std::string valueText(const std::filesystem::path &path)
{
    return valueText(path.string());
}

std::string valueText(const net::Network &network)
{
    return valueText(network.toString());
}

std::string valueText(const Poco::Net::SocketAddress &address)
{
    return valueText(address.toString());
}

std::string valueText(bool value)
{
    return value ? "true" : "false";
}

template <class Value>
std::string valueText(const std::optional<Value> &value)
{
    return value ? valueText(*value) : "not set";
}

template <class Value>
std::string valueText(const std::vector<Value> &values)
{
    std::string text;
    for (const Value &each : values)
        text += (text.empty() ? "" : ", ") + valueText(each);
    return "[" + text + "]";
}

template <class Value>
std::string valueText(const std::map<std::string, Value> &values)
{
    std::string text;
    for (const auto &[key, value] : values)
        text += (text.empty() ? "" : ", ") + valueText(key) + " = " + valueText(value);
    return "{" + text + "}";
}

template <class Unit, class Time>
std::string countOf(Time time)
{
    return std::to_string(std::chrono::duration_cast<Unit>(time).count());
}

/// One key of the file.
struct Setting
{
    enum class Kind
    {
        reloads,
        needsRestart,
        ofTls, ///< Reloads as long as there is TLS before and after.
    };

    const char *name;
    Kind kind;
    std::string (*value)(const HostConfig &); ///< As written in the file, or nearly so.
    /// What is shown of it; null = all.
    std::string (*shown)(const HostConfig &) = nullptr;
};

constexpr auto reloads = Setting::Kind::reloads;
constexpr auto needsRestart = Setting::Kind::needsRestart;
constexpr auto ofTls = Setting::Kind::ofTls;

std::string programOf(const HostConfig &c)
{
    const auto &words = c.notify.command;
    return words.empty() ? "not set" : valueText(words.front()) + (words.size() > 1 ? " with arguments" : "");
}

const std::vector<Setting> &allSettings()
{
    static const std::vector<Setting> all = {
        {"[plugins] folders", reloads, [](const HostConfig &c) { return valueText(c.pluginFolders); }},
        {"[plugins] files", reloads, [](const HostConfig &c) { return valueText(c.pluginFiles); }},
        {"[plugins] trusted_paths", reloads, [](const HostConfig &c) { return valueText(c.loader.trustedPaths); }},
        {"[plugins] start_deadline_ms", reloads,
         [](const HostConfig &c) { return countOf<std::chrono::milliseconds>(c.loader.startDeadline); }},
        {"[plugins] confinement", needsRestart,
         [](const HostConfig &c) {
             return valueText(std::string(c.loader.confinementRequired ? "required" : "available"));
         }},
        {"[plugins.pins]", reloads, [](const HostConfig &c) { return valueText(c.loader.pins); }},
        {"[store] folder", needsRestart, [](const HostConfig &c) { return valueText(c.store.folder); }},
        {"[store] postgres", needsRestart, [](const HostConfig &c) { return valueText(c.store.postgres); }},
        {"[store] postgres_password_file", needsRestart,
         [](const HostConfig &c) { return valueText(c.store.postgresPasswordFile); }},
        {"[store] postgres_listen", needsRestart,
         [](const HostConfig &c) { return valueText(c.store.postgresListen); }},
        {"[store] postgres_synchronous_commit", needsRestart,
         [](const HostConfig &c) { return valueText(c.store.postgresSynchronousCommit); }},
        {"[store] keep_tickets_days", reloads,
         [](const HostConfig &c) { return countOf<std::chrono::days>(c.store.keepTickets); }},
        {"[store] keep_audit_days", reloads,
         [](const HostConfig &c) { return countOf<std::chrono::days>(c.store.keepAudit); }},
        {"[store] keep_events_days", reloads,
         [](const HostConfig &c) { return countOf<std::chrono::days>(c.store.keepEvents); }},
        {"[store] keep_bodies_days", reloads,
         [](const HostConfig &c) { return countOf<std::chrono::days>(c.store.keepBodies); }},
        {"[store] max_bodies_mib", reloads,
         [](const HostConfig &c) { return std::to_string(c.store.maxBodyBytes / (1024 * 1024)); }},
        {"[secrets] master_key_file", needsRestart,
         [](const HostConfig &c) { return valueText(c.secrets.masterKeyFile); }},
        {"[secrets] old_key_files", needsRestart, [](const HostConfig &c) { return valueText(c.secrets.oldKeyFiles); }},
        {"[serve] listen", needsRestart, [](const HostConfig &c) { return valueText(c.serve.listen); }},
        {"[serve] certificate", ofTls, [](const HostConfig &c) { return valueText(c.serve.certificate); }},
        {"[serve] key", ofTls, [](const HostConfig &c) { return valueText(c.serve.key); }},
        {"[serve] behind_proxy", needsRestart, [](const HostConfig &c) { return valueText(c.serve.behindProxy); }},
        {"[serve] hosts", needsRestart, [](const HostConfig &c) { return valueText(c.serve.hosts); }},
        {"[serve] max_connections", needsRestart,
         [](const HostConfig &c) { return std::to_string(c.serve.connections); }},
        {"[serve] max_connections_per_peer", needsRestart,
         [](const HostConfig &c) { return std::to_string(c.serve.connectionsPerPeer); }},
        {"[serve] drain_seconds", reloads,
         [](const HostConfig &c) { return countOf<std::chrono::seconds>(c.serve.drain); }},
        {"[delivery] call_seconds", needsRestart,
         [](const HostConfig &c) { return countOf<std::chrono::seconds>(c.delivery.policy.callTime); }},
        {"[delivery] retry_seconds", needsRestart,
         [](const HostConfig &c) { return countOf<std::chrono::seconds>(c.delivery.policy.retryBase); }},
        {"[delivery] give_up_hours", needsRestart,
         [](const HostConfig &c) { return countOf<std::chrono::hours>(c.delivery.policy.giveUpAfter); }},
        {"[delivery] quota_percent", needsRestart,
         [](const HostConfig &c) {
             return c.delivery.quotaPercent ? std::to_string(*c.delivery.quotaPercent) : "not set";
         }},
        {"[delivery] quiet_seconds", needsRestart,
         [](const HostConfig &c) {
             return c.delivery.quietPeriod ? countOf<std::chrono::seconds>(*c.delivery.quietPeriod) : "not set";
         }},
        {"[notify] webhook", reloads, [](const HostConfig &c) { return valueText(c.notify.webhook); },
         [](const HostConfig &c) { return valueText(notify::shownWebhook(c.notify.webhook)); }},
        {"[notify] command", reloads, [](const HostConfig &c) { return valueText(c.notify.command); }, programOf},
        {"[egress] allowed_hosts", needsRestart, [](const HostConfig &c) { return valueText(c.egress.allowedHosts); }},
        {"[egress] allowed_networks", needsRestart,
         [](const HostConfig &c) { return valueText(c.egress.allowedNetworks); }},
        {"[egress] ca_file", needsRestart, [](const HostConfig &c) { return valueText(c.egress.caFile); }},
        {"[egress.connect_to]", needsRestart, [](const HostConfig &c) { return valueText(c.egress.connectTo); }},
        {"[log] format", reloads,
         [](const HostConfig &c) {
             return valueText(std::string(c.log.format == observe::LogFormat::json ? "json" : "text"));
         }},
        {"[log] level", reloads,
         [](const HostConfig &c) { return valueText(std::string(observe::logLevelName(c.log.level))); }},
    };
    return all;
}

} // namespace

std::vector<ConfigChange> changesBetween(const HostConfig &running, const HostConfig &wanted)
{
    const bool keepsTls = running.serve.tls() && wanted.serve.tls();
    std::vector<ConfigChange> changes;
    for (const Setting &each : allSettings())
        if (each.value(running) != each.value(wanted))
        {
            const auto shown = each.shown != nullptr ? each.shown : each.value;
            changes.push_back({each.name, shown(running), shown(wanted),
                               each.kind == needsRestart || (each.kind == ofTls && !keepsTls)});
        }
    return changes;
}

HostConfig withoutRestart(const HostConfig &running, const HostConfig &wanted)
{
    HostConfig next = wanted;
    next.loader.confinementRequired = running.loader.confinementRequired;
    next.egress = running.egress;
    next.secrets = running.secrets;
    next.delivery = running.delivery;
    next.store = running.store;
    next.store.keepTickets = wanted.store.keepTickets;
    next.store.keepAudit = wanted.store.keepAudit;
    next.store.keepEvents = wanted.store.keepEvents;
    next.store.keepBodies = wanted.store.keepBodies;
    next.store.maxBodyBytes = wanted.store.maxBodyBytes;
    next.serve = running.serve;
    next.serve.drain = wanted.serve.drain;
    if (running.serve.tls() && wanted.serve.tls())
    {
        next.serve.certificate = wanted.serve.certificate;
        next.serve.key = wanted.serve.key;
    }
    return next;
}

} // namespace psa::config
