#pragma once

#include "host/net/exchange.h"

#include <Poco/Dynamic/Var.h>

namespace psa::net {

class SecretRegistry;

/// A request or a response in a form that may be shown and stored: known secrets are replaced in URL, headers and body,
/// and the values of headers marked as secret are replaced completely.
HttpRequest redacted(HttpRequest request, const SecretRegistry &secrets);
HttpResponse redacted(HttpResponse response, const SecretRegistry &secrets);

/// A JSON document with known secrets replaced in all its strings, including member names.
Poco::Dynamic::Var redacted(const Poco::Dynamic::Var &document, const SecretRegistry &secrets);

} // namespace psa::net
