#pragma once

#include "host/connection/connection.h"
#include "host/connection/connection_input.h"
#include "host/connection/live_connection.h"
#include "host/secrets/crypto.h"
#include "host/secrets/key_ring.h"

#include <memory>
#include <string>

namespace psa::connection {

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
