#pragma once

#include "host/ticket/operation.h"

#include <cstddef>
#include <string>
#include <vector>

namespace psa::delivery {

// Operations that wait for the same thing are carried out together, with one document: notes become one with their
// times, and a later change of a field replaces an earlier one.

/// The document of `head` together with those of `others`, which are merged into it, oldest first.
std::string mergedDocument(const ticket::StoredOperation &head, const std::vector<ticket::StoredOperation> &others);

/// How many of `others` can be merged into `head`: the first ones, as long as their notes have the same audience and
/// fit into `maxNoteLength` UTF-16 units together.
std::size_t mergeCount(const ticket::StoredOperation &head, const std::vector<ticket::StoredOperation> &others,
                       std::size_t maxNoteLength);

} // namespace psa::delivery
