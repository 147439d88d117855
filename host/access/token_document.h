#pragma once

#include "host/access/token_store.h"

namespace psa::access {

/// All tokens as one document to store.
std::string toDocument(const std::vector<AccessToken> &tokens);

/// A token that cannot be read is included as damaged. For a document that cannot be read at all the result is empty,
/// and `damage` says why; otherwise `damage` is "".
std::vector<AccessToken> tokensFrom(const std::string &document, std::string &damage);

} // namespace psa::access
