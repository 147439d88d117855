#pragma once

#include "host/connection/connection.h"
#include "host/store/stored_connection.h"

namespace psa::connection {

/// An active stored connection. Immutable: a change creates a new one.
struct LiveConnection
{
    store::StoredConnection stored;
    std::shared_ptr<const plugin::LoadedPlugin> plugin; ///< nullptr = it is not there; `trouble` says more.
    Poco::JSON::Object::Ptr configuration;              ///< As stored: without secrets.
    Poco::JSON::Object::Ptr defaults;                   ///< Ticket defaults.
    std::shared_ptr<Connection> connection;             ///< nullptr = it cannot work now.
    std::string trouble;                                ///< Why, and what to do; "" = nothing is wrong.
};

} // namespace psa::connection
