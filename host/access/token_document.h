#pragma once

#include "host/access/token_book.h"

namespace psa::host {

/// All tokens as one document to store.
std::string toDocument(const std::vector<AccessToken> &tokens);

/// A token that cannot be read is among them, damaged. For a document that cannot be read at all, none, and `damage` says
/// why; else that is "".
std::vector<AccessToken> tokensFrom(const std::string &document, std::string &damage);

} // namespace psa::host
