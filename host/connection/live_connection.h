#pragma once

#include "host/connection/connection.h"
#include "host/store/records.h"

namespace psa::connection {

/// An active stored connection. Immutable: a change creates a new one.
struct LiveConnection
{
    store::StoredConnection stored;
    std::shared_ptr<const plugin::LoadedPlugin> plugin; ///< nullptr = not available; see `trouble`.
    Poco::JSON::Object::Ptr configuration;              ///< As stored: without secrets.
    Poco::JSON::Object::Ptr defaults;                   ///< Ticket defaults.
    std::shared_ptr<Connection> connection;             ///< nullptr = it currently cannot work.
    std::string trouble;                                ///< Why, and what to do; "" = no trouble.
};

} // namespace psa::connection
