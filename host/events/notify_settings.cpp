#include "host/events/notify_settings.h"

#include "host/json/base64.h"
#include "host/json/json_text.h"
#include "host/secrets/sealed_record.h"
#include "host/secrets/sealed_secrets.h"

#include <Poco/JSON/Object.h>

namespace psa::events {
namespace {

using Poco::JSON::Object;

/// The value of the store.
constexpr const char *settingsPlace = "notify settings";
constexpr const char *webhookField = "webhook";

/// What is stored.
struct StoredWebhook
{
    secrets::SealedSecrets sealed;
    std::uint64_t version = 0; ///< Incremented whenever it is sealed again.
};

secrets::SecretOwner ownerOf(const StoredWebhook &stored)
{
    return {"notify", "psa-host", stored.version};
}

StoredWebhook storedIn(const store::StoreReader &reader)
{
    std::string damage; // it must be entered again
    const Object::Ptr document = json::parseStored(reader.value(settingsPlace).value_or(""), damage);
    StoredWebhook stored;
    stored.version = document->optValue<std::uint64_t>("version", 0);
    const std::string key = document->optValue<std::string>("dataKey", "");
    if (key.empty())
        return stored;
    stored.sealed.dataKey = json::fromBase64(key).value_or("");
    stored.sealed.fields[webhookField] =
        json::fromBase64(document->optValue<std::string>(webhookField, "")).value_or("");
    return stored;
}

void store(store::StoreWriter &writer, const StoredWebhook &stored)
{
    Object document;
    document.set("version", stored.version);
    if (!stored.sealed.dataKey.empty())
    {
        document.set("dataKey", json::toBase64(stored.sealed.dataKey));
        document.set(webhookField, json::toBase64(stored.sealed.fields.at(webhookField)));
    }
    writer.putValue(settingsPlace, json::toText(document));
}

std::string openedWebhook(const secrets::KeyRing *keys, const StoredWebhook &stored)
{
    if (stored.sealed.dataKey.empty())
        return {};
    if (keys == nullptr)
        throw secrets::SealError("psa-host has no master key, and the URL of the webhook needs one");
    const secrets::Secrets opened = secrets::openSecrets(*keys, ownerOf(stored), stored.sealed);
    const auto at = opened.find(webhookField);
    return at == opened.end() ? std::string() : std::string(at->second.view());
}

} // namespace

void NotifySettings::apply(const std::string &webhook, const std::string &trouble)
{
    notify::NotifyConfig config = file();
    if (config.webhook.empty())
        config.webhook = webhook;
    if (parts_.use)
        parts_.use(config);
    const std::lock_guard lock(mutex_);
    webhook_ = webhook;
    trouble_ = trouble;
}

notify::NotifyConfig NotifySettings::file() const
{
    const std::lock_guard lock(mutex_);
    return file_;
}

void NotifySettings::useFile(const notify::NotifyConfig &file)
{
    {
        const std::lock_guard lock(mutex_);
        file_ = file;
    }
    load();
}

void NotifySettings::load()
{
    const std::lock_guard changing(changing_);
    const StoredWebhook stored = parts_.store.read([](const store::StoreReader &reader) { return storedIn(reader); });
    try
    {
        apply(openedWebhook(parts_.keys, stored), "");
    }
    catch (const secrets::SealError &error)
    {
        apply("", std::string("The stored webhook is not used: ") + error.what());
    }
}

NotifySettings::View NotifySettings::view() const
{
    const std::lock_guard lock(mutex_);
    View view;
    view.webhookFromFile = !file_.webhook.empty();
    view.webhook = notify::shownWebhook(view.webhookFromFile ? file_.webhook : webhook_);
    view.command = file_.command;
    view.trouble = trouble_;
    return view;
}

void NotifySettings::setWebhook(const std::string &url, const std::string &who)
{
    const std::lock_guard changing(changing_);
    if (const View now = view(); url == now.webhook && now.trouble.empty())
        return;
    if (!file().webhook.empty())
        throw NotifyRefused(
            NotifyRefused::Why::setInFile,
            "The configuration file sets the webhook, under [notify]. Change it there, or remove it there "
            "to set it here.");
    if (const std::string problem = url.empty() ? "" : notify::webhookProblem(url); !problem.empty())
        throw NotifyRefused(NotifyRefused::Why::invalid, problem);
    if (!url.empty() && parts_.keys == nullptr)
        throw secrets::SealError(
            "psa-host has no master key, which the URL of a webhook is encrypted with. Generate one "
            "with: psa-host keys generate");
    StoredWebhook next;
    next.version = parts_.store.read([](const store::StoreReader &reader) { return storedIn(reader).version; }) + 1;
    if (!url.empty())
    {
        secrets::Secrets given;
        given.emplace(webhookField, secrets::SecretBytes(std::string(url)));
        next.sealed = secrets::sealSecrets(*parts_.keys, parts_.random, ownerOf(next), given);
    }
    Object detail;
    detail.set("webhook", notify::shownWebhook(url));
    parts_.store.write([&](store::StoreWriter &writer) {
        store(writer, next);
        writer.appendAudit(store::auditEntry(who, "notify.set", "", json::toText(detail)));
    });
    apply(url, "");
}

NotifySettings::Trial NotifySettings::tryOut()
{
    Trial trial;
    if (parts_.tryOut)
        trial.problems = parts_.tryOut({"notify.test",
                                        "",
                                        {},
                                        "",
                                        "test",
                                        "This is a test of the notifications of psa-host. There is nothing to do."},
                                       trial.receivers);
    return trial;
}

bool NotifySettings::rewrap()
{
    const std::lock_guard changing(changing_);
    StoredWebhook stored = parts_.store.read([](const store::StoreReader &reader) { return storedIn(reader); });
    if (stored.sealed.dataKey.empty())
        return false;
    if (parts_.keys == nullptr)
        throw secrets::SealError("psa-host has no master key");
    const auto dataKey = secrets::rewrapDataKey(*parts_.keys, parts_.random, ownerOf(stored), stored.sealed);
    if (!dataKey)
        return false;
    stored.sealed.dataKey = *dataKey;
    parts_.store.write([&](store::StoreWriter &writer) { store(writer, stored); });
    return true;
}

std::string NotifySettings::keyIdOf(const store::StoreReader &reader)
try
{
    const StoredWebhook stored = storedIn(reader);
    return stored.sealed.dataKey.empty() ? "" : secrets::masterKeyIdOf(stored.sealed.dataKey);
}
catch (const secrets::SealError &)
{
    return ""; // it is damaged, which view() shows; no key would help
}

} // namespace psa::events
