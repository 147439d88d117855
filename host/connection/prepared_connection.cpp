#include "host/connection/prepared_connection.h"

#include "host/connection/connection_secrets.h"
#include "host/connection/update_settings.h"
#include "host/json/json_text.h"
#include "host/json/json_values.h"
#include "host/plugin/loaded_plugin.h"
#include "host/plugin/ticket_builder.h"

#include <algorithm>

namespace psa::connection {
namespace {

using Poco::JSON::Object;
using Wrong = ConnectionRefused::Wrong;

/// `base` with the entered values. True if they include a secret.
bool fillIn(const plugin::Form &form, const ConnectionInput &input, Object &base)
{
    if (input.configuration.isNull())
        return false;
    const std::vector<std::string> secrets = form.secretFields();
    bool secretGiven = false;
    for (const auto &[field, value] : *input.configuration)
    {
        base.set(field, value);
        secretGiven = secretGiven || std::find(secrets.begin(), secrets.end(), field) != secrets.end();
    }
    return secretGiven;
}

/// Adds the stored secrets to `after`, if they may be used with it; otherwise returns false, with what must be entered
/// again in `wrong`.
bool keepSecrets(const PreparedConnection &next, const Object &before, const secrets::KeyRing *keys, Object &after,
                 std::vector<Wrong> &wrong)
{
    std::vector<std::string> fields;
    for (const auto &[field, blob] : next.stored.sealed)
        fields.push_back(field);
    const StoredSecrets judged = judgeStoredSecrets(next.plugin->forms.configuration, before, after, fields);
    for (const plugin::FieldError &error : judged.missing)
        wrong.push_back({"configuration", error});
    if (!judged.kept())
        return false;
    for (auto &[field, secret] : openConnection(keys, next.stored, *next.plugin))
        if (!after.has(field))
            after.set(field, std::string(secret.view()));
    return true;
}

/// One error per field is enough.
void complain(const std::vector<plugin::FieldError> &errors, std::vector<Wrong> &wrong)
{
    const auto isNamed = [&wrong](const plugin::FieldError &error) {
        return std::any_of(wrong.begin(), wrong.end(), [&](const Wrong &w) { return w.error.field == error.field; });
    };
    for (const plugin::FieldError &error : errors)
        if (!isNamed(error))
            wrong.push_back({"configuration", error});
}

Object::Ptr withoutBlanks(const Object &settings)
{
    Object::Ptr given = json::givenValues(settings);
    for (const std::string &name : given->getNames())
        if (json::isBlank(given->get(name)))
            given->remove(name);
    return given;
}

} // namespace

void PreparedConnection::seal(const secrets::KeyRing *keys, const secrets::RandomSource &random)
{
    Object plain(*values);
    secrets::Secrets secrets;
    for (const std::string &field : plugin->forms.configuration.secretFields())
        if (values->has(field))
        {
            secrets.emplace(field, secrets::SecretBytes(values->get(field).convert<std::string>()));
            plain.remove(field);
        }
    stored.configurationJson = json::toText(plain);
    if (secretsChanged)
        sealConnection(keys, random, *plugin, secrets, stored);
}

PreparedConnection prepareConnection(const store::StoredConnection &stored, const LiveConnection *before,
                                     const std::shared_ptr<const plugin::LoadedPlugin> &plugin,
                                     const ConnectionInput &input, const secrets::KeyRing *keys)
{
    PreparedConnection next{stored, plugin, nullptr, false};
    const plugin::Form &form = plugin->forms.configuration;
    std::string damage; // an unreadable value must be entered again
    const Object::Ptr base = json::parseStored(stored.configurationJson, damage);
    Object::Ptr after = new Object(*base);
    const bool secretGiven = fillIn(form, input, *after);
    const bool otherPlugin = before != nullptr && before->plugin && before->plugin->id != plugin->id;
    std::vector<Wrong> wrong;
    const bool kept = stored.sealed.empty() || otherPlugin || keepSecrets(next, *base, keys, *after, wrong);
    next.secretsChanged = secretGiven || !kept || before == nullptr || otherPlugin;
    plugin::FormResult checked = form.check(*after);
    complain(checked.errors, wrong);
    const Object::Ptr defaults =
        input.defaults.isNull() ? json::parseStored(stored.defaultsJson, damage) : input.defaults;
    for (const plugin::FieldError &error : plugin::checkTicketDefaults(*plugin, *defaults))
        wrong.push_back({"defaults", error});
    if (!input.updates.isNull())
    {
        for (const plugin::FieldError &error : checkUpdateSettings(*input.updates))
            wrong.push_back({"updates", error});
        next.stored.updatesJson = json::toText(*withoutBlanks(*input.updates));
    }
    if (!wrong.empty())
        throw ConnectionRefused(std::move(wrong));
    next.values = checked.values;
    next.stored.defaultsJson = json::toText(*defaults);
    return next;
}

} // namespace psa::connection
