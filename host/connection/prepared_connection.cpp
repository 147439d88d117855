#include "host/connection/prepared_connection.h"

#include "host/connection/connection_secrets.h"
#include "host/connection/stored_secrets.h"
#include "host/json/json_text.h"
#include "host/plugin/loaded_plugin.h"
#include "host/plugin/ticket_builder.h"

#include <algorithm>

namespace psa::host {
namespace {

using Poco::JSON::Object;
using Wrong = ConnectionRefused::Wrong;

/// `base` with what somebody filled in. True if a secret is among it.
bool fillIn(const Form &form, const ConnectionInput &input, Object &base)
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

/// Adds the stored secrets to `after`, if they may go on to be used with it; false and what must be given again in
/// `wrong` if they may not.
bool keepSecrets(const PreparedConnection &next, const Object &before, const KeyRing *keys, Object &after,
                 std::vector<Wrong> &wrong)
{
    std::vector<std::string> fields;
    for (const auto &[field, blob] : next.stored.sealed)
        fields.push_back(field);
    const StoredSecrets judged = judgeStoredSecrets(next.plugin->forms.configuration, before, after, fields);
    for (const FieldError &error : judged.missing)
        wrong.push_back({"configuration", error});
    if (!judged.kept())
        return false;
    for (auto &[field, secret] : openConnection(keys, next.stored, *next.plugin))
        if (!after.has(field))
            after.set(field, std::string(secret.view()));
    return true;
}

/// One complaint about a field is enough.
void complain(const std::vector<FieldError> &errors, std::vector<Wrong> &wrong)
{
    const auto isNamed = [&wrong](const FieldError &error) {
        return std::any_of(wrong.begin(), wrong.end(), [&](const Wrong &w) { return w.error.field == error.field; });
    };
    for (const FieldError &error : errors)
        if (!isNamed(error))
            wrong.push_back({"configuration", error});
}

} // namespace

void PreparedConnection::seal(const KeyRing *keys, const RandomSource &random)
{
    Object plain(*values);
    Secrets secrets;
    for (const std::string &field : plugin->forms.configuration.secretFields())
        if (values->has(field))
        {
            secrets.emplace(field, SecretBytes(values->get(field).convert<std::string>()));
            plain.remove(field);
        }
    stored.configurationJson = toText(plain);
    if (secretsChanged)
        sealConnection(keys, random, *plugin, secrets, stored);
}

PreparedConnection prepareConnection(const StoredConnection &stored, const LiveConnection *before,
                                     const std::shared_ptr<const LoadedPlugin> &plugin, const ConnectionInput &input,
                                     const KeyRing *keys)
{
    PreparedConnection next{stored, plugin, nullptr, false};
    const Form &form = plugin->forms.configuration;
    std::string damage; // what cannot be read is entered again
    const Object::Ptr base = parseKept(stored.configurationJson, damage);
    Object::Ptr after = new Object(*base);
    const bool secretGiven = fillIn(form, input, *after);
    const bool otherPlugin = before != nullptr && before->plugin && before->plugin->id != plugin->id;
    std::vector<Wrong> wrong;
    const bool kept = stored.sealed.empty() || otherPlugin || keepSecrets(next, *base, keys, *after, wrong);
    next.secretsChanged = secretGiven || !kept || before == nullptr || otherPlugin;
    FormResult checked = form.check(*after);
    complain(checked.errors, wrong);
    const Object::Ptr defaults = input.defaults.isNull() ? parseKept(stored.defaultsJson, damage) : input.defaults;
    for (const FieldError &error : checkTicketDefaults(*plugin, *defaults))
        wrong.push_back({"defaults", error});
    if (!wrong.empty())
        throw ConnectionRefused(std::move(wrong));
    next.values = checked.values;
    next.stored.defaultsJson = toText(*defaults);
    return next;
}

} // namespace psa::host
