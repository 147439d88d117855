#pragma once

#include "host/store/store.h"

#include <string>

namespace psa::store {

// What a transaction has changed, as the other hosts read it.

std::string toChangeText(const StoreChange &change);
/// What a text says that toChangeText() has written, also one of a newer release. Throws StoreError (invalid).
StoreChange changeFrom(const std::string &text);

/// Adds `change` to `all`.
void merge(const StoreChange &change, StoreChange &all);

} // namespace psa::store
