#include "host/config/sections.h"

#include "host/secrets/master_key.h"

#include <algorithm>

namespace psa::config {
namespace {

/// Whether the value is a key instead of the name of its file. No error may repeat it.
bool holdsKey(const toml::node &node)
{
    if (const toml::array *items = node.as_array())
        return std::any_of(items->begin(), items->end(), holdsKey);
    return node.value_or(std::string()).rfind(secrets::MasterKey::format, 0) == 0;
}

} // namespace

secrets::SecretsConfig readSecrets(TomlReader &reader)
{
    secrets::SecretsConfig config;
    const toml::table *secrets = reader.table(reader.root(), "secrets");
    if (secrets == nullptr)
        return config;
    reader.refuseUnknown(*secrets, "[secrets]", {"master_key_file", "old_key_files"});
    for (const auto &[key, value] : *secrets)
        if (holdsKey(value))
        {
            reader.mistake(value, "\"" + std::string(key.str()) +
                                      "\" contains a key itself, which must not be in this file: put the line into a "
                                      "file of mode 0600 and name that file");
            return config;
        }
    config.masterKeyFile = reader.path(*secrets, "master_key_file");
    config.oldKeyFiles = reader.paths(*secrets, "old_key_files", "[\"/etc/psa-host/master-2025.key\"]");
    return config;
}

} // namespace psa::config
