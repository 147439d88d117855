#pragma once

#include "host/connection/login.h"
#include "host/delivery/breaker.h"

#include <string>

namespace psa::delivery {

/// The pause of `breaker` as a document to store, so that it survives a restart; "" if there is none, or if it soon
/// ends automatically.
std::string toDocument(const Breaker &breaker);

/// Pauses `breaker` as `document` says. An unreadable document counts as no pause: the next failure causes a new one.
void restoreBreaker(Breaker &breaker, const std::string &document, clock::Clock::Steady now);

/// Marks the credentials of `login` as rejected if `document` says so.
void restoreLogin(connection::Login &login, const std::string &document);

/// The document of a connection whose credentials are rejected.
std::string toDocument(const connection::Login::Refusal &refusal);

} // namespace psa::delivery
