#pragma once

#include "host/connection/connection.h"
#include "host/connection/connection_input.h"
#include "host/connection/live_connection.h"
#include "host/secrets/key_ring.h"
#include "host/secrets/random_source.h"

#include <memory>
#include <string>

namespace psa::connection {

/// A connection as it would be after a change: checked, and not stored.
struct PreparedConnection
{
    store::StoredConnection stored; ///< Without the sealed secrets, unless they stay as they are.
    std::shared_ptr<const plugin::LoadedPlugin> plugin;
    Poco::JSON::Object::Ptr values; ///< As the form gives them: complete, with secrets.
    bool secretsChanged = false;

    ConnectionSettings settings() const { return {stored.name, plugin, values}; }
    /// Brings `stored` to what is to be stored: takes the secrets out of the values and seals them. Throws SealError.
    void seal(const secrets::KeyRing *keys, const secrets::RandomSource &random);
};

/// `before`: the connection as it is; nullptr = it is new. `plugin`: what it is to work with. `keys`: nullptr = none were
/// given. Throws ConnectionRefused for what is filled in wrongly, and SealError.
PreparedConnection prepareConnection(const store::StoredConnection &stored, const LiveConnection *before,
                                     const std::shared_ptr<const plugin::LoadedPlugin> &plugin,
                                     const ConnectionInput &input, const secrets::KeyRing *keys);

} // namespace psa::connection
