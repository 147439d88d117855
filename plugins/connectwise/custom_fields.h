#pragma once

#include "client.h"

namespace psa::plugins::connectwise {

/// Custom fields as ConnectWise takes them, [{"id":…,"value":…}], from an object of ids and values: each value has the
/// JSON type of its field, since ConnectWise refuses a text for a number. The types are read from ConnectWise and kept for
/// an hour. Blank values are left out. Throws psa::Error(PSA_INVALID_TICKET) for what a field cannot take.
Array::Ptr mapCustomFields(Client &client, const Object &values);

} // namespace psa::plugins::connectwise
