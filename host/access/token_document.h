#pragma once

#include "host/access/token_book.h"

namespace psa::host {

/// All tokens as one document to store.
std::string toDocument(const std::vector<AccessToken> &tokens);

/// Throws JsonError or Poco::Exception for a document that is none of ours.
std::vector<AccessToken> tokensFrom(const std::string &document);

} // namespace psa::host
