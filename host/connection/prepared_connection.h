#pragma once

#include "host/connection/connection.h"
#include "host/plugin/form.h"
#include "host/secrets/crypto.h"
#include "host/secrets/key_ring.h"

#include <Poco/JSON/Object.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace psa::connection {

/// Values entered for a connection. On a change, everything not given stays the same.
struct ConnectionInput
{
    std::string plugin;                    ///< Id, id@version or path; "" = unchanged.
    Poco::JSON::Object::Ptr configuration; ///< Fields to set, including secrets; null or blank = remove the value.
    Poco::JSON::Object::Ptr defaults;      ///< All ticket defaults; nullptr = unchanged.
    Poco::JSON::Object::Ptr updates{};     ///< How its tickets are updated, see update_settings.h; nullptr = unchanged.
};

/// The values entered for a connection are invalid.
class ConnectionRefused : public std::runtime_error
{
public:
    struct Wrong
    {
        std::string section; ///< "configuration", "defaults", "updates", "plugin" or "name".
        plugin::FieldError error;
    };

    explicit ConnectionRefused(std::vector<Wrong> wrong);
    const std::vector<Wrong> &wrong() const { return wrong_; }

private:
    std::vector<Wrong> wrong_;
};

/// A connection as it would be after a change: checked, but not stored.
struct PreparedConnection
{
    store::StoredConnection stored; ///< Without the sealed secrets, unless they are unchanged.
    std::shared_ptr<const plugin::LoadedPlugin> plugin;
    Poco::JSON::Object::Ptr values; ///< As returned by the form: complete, with secrets.
    bool secretsChanged = false;

    ConnectionSettings settings() const { return {stored.name, plugin, values}; }
    /// Completes `stored`: moves the secrets out of the values and seals them. Throws SealError.
    void seal(const secrets::KeyRing *keys, const secrets::RandomSource &random);
};

/// `before`: the current connection; nullptr = it is new. `plugin`: the plugin to use. `keys`: nullptr = none given.
/// Throws ConnectionRefused for invalid input, and SealError.
PreparedConnection prepareConnection(const store::StoredConnection &stored, const LiveConnection *before,
                                     const std::shared_ptr<const plugin::LoadedPlugin> &plugin,
                                     const ConnectionInput &input, const secrets::KeyRing *keys);

} // namespace psa::connection
