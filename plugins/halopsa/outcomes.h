#pragma once

#include "client.h"

#include "common/pick_list.h"

#include <cstdint>
#include <vector>

namespace psa::plugins::halopsa {

/// HaloPSA's outcomes (its pages call them actions), one of which every note has. Cached for an hour.
std::vector<PickValue> outcomeValues(Client &client);

/// The outcome with which a note is added: the one of the configuration; otherwise HaloPSA's own "Internal Note", or for a
/// public note one that users see, and that neither sends an email nor changes the status. Throws
/// psa::Error(PSA_INVALID_TICKET) if there is none.
std::int64_t outcomeFor(Client &client, bool isPublic);

} // namespace psa::plugins::halopsa
