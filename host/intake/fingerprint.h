#pragma once

#include <Poco/Dynamic/Var.h>

#include <string>

namespace psa::host {

/// What tells two requests under one key apart: the SHA-256 of the canonical form, in hex. `request`: as
/// parseTicketRequest() gives it; its "key" and "connection" do not count.
std::string fingerprintOf(const Poco::Dynamic::Var &request);

} // namespace psa::host
