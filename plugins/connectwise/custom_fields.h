#pragma once

#include "client.h"

namespace psa::plugins::connectwise {

/// Converts an object of ids and values to ConnectWise's custom fields, [{"id":…,"value":…}]: each value has the JSON
/// type of its field, because ConnectWise rejects a string for a number. The types are read from ConnectWise and cached
/// for an hour. Blank values are omitted. Throws psa::Error(PSA_INVALID_TICKET) for a value that does not match its
/// field.
Array::Ptr mapCustomFields(Client &client, const Object &values);

} // namespace psa::plugins::connectwise
