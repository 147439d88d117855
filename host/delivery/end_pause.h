#pragma once

#include "host/store/store.h"

#include <string>

namespace psa::host {

/// Stores that nothing pauses the connection any more, and makes its held tickets ready. Throws StoreError.
void endPause(Store &store, const std::string &connection);

} // namespace psa::host
