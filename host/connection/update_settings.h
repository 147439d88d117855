#pragma once

#include "host/connection/connection.h"
#include "host/plugin/form.h"

#include <Poco/Dynamic/Var.h>

#include <string>
#include <vector>

namespace psa::connection {

/// How the tickets of a connection are updated: the operator's settings, completed by what the plugin suggests.
struct UpdateSettings
{
    Poco::Dynamic::Var resolvedStatus; ///< Id or label of the status of resolved tickets; empty = not known.
    Poco::Dynamic::Var reopenedStatus; ///< Likewise.
    bool internalNotes = true;         ///< Whether notes are internal unless a request says otherwise.
};

/// `connection`: with a plugin.
UpdateSettings updateSettingsOf(const LiveConnection &connection);

/// Errors in `settings` as entered: an object with "resolvedStatus", "reopenedStatus" (id or label) and "notes"
/// ("internal" or "public").
std::vector<plugin::FieldError> checkUpdateSettings(const Poco::JSON::Object &settings);

} // namespace psa::connection
