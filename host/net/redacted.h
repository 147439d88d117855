#pragma once

#include "host/net/exchange.h"

#include <Poco/Dynamic/Var.h>

namespace psa::net {

class SecretRegistry;

/// A request or a response as it may be shown and stored: known secrets replaced in URL, headers and body, and the values
/// of headers that are marked as secret whole.
HttpRequest redacted(HttpRequest request, const SecretRegistry &secrets);
HttpResponse redacted(HttpResponse response, const SecretRegistry &secrets);

/// A JSON document with known secrets replaced in every text of it, names included.
Poco::Dynamic::Var redacted(const Poco::Dynamic::Var &document, const SecretRegistry &secrets);

} // namespace psa::net
