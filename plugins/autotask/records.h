#pragma once

#include "client.h"

#include <string>

namespace psa::plugins::autotask {

/// Each takes an id or a name and returns the id. An id is used without a lookup: Autotask validates it with the
/// ticket, without a further request. A name must match exactly one active record; it costs one search, cached for an
/// hour. Throws psa::Error(PSA_INVALID_TICKET) that lists the candidates. Company 0 is the MSP itself.
std::int64_t resolveCompany(Client &client, const std::string &given);
/// By "First Last", a first or a last name, or an email address, within the company.
std::int64_t resolveContact(Client &client, const std::string &given, std::int64_t companyId);
/// A billing code that Autotask uses for work.
std::int64_t resolveWorkType(Client &client, const std::string &given);

/// By the name, serial number or reference number of an active device of the company.
std::int64_t resolveDevice(Client &client, const std::string &given, std::int64_t companyId);

/// "Ann Lee <ann@example.com>", from a row of Contacts.
std::string contactLabel(const Object &contact);

} // namespace psa::plugins::autotask
