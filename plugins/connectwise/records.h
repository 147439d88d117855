#pragma once

#include "client.h"

#include <string>

namespace psa::plugins::connectwise {

/// Each takes an id or a name and returns the id. An id is used without a lookup: ConnectWise validates it with the
/// ticket, without a further request. A name must match exactly one record; it costs one search, cached for an hour.
/// Throws psa::Error(PSA_INVALID_TICKET) that lists the candidates.
///
/// By name or by identifier, ConnectWise's own short name of a company.
std::int64_t resolveCompany(Client &client, const std::string &given);
/// By "First Last", a first or a last name, within the company.
std::int64_t resolveContact(Client &client, const std::string &given, std::int64_t companyId);

/// A member of staff, by identifier, "First Last" or email.
std::int64_t resolveMember(Client &client, const std::string &given);
/// A configuration, by name, within the company.
std::int64_t resolveConfiguration(Client &client, const std::string &given, std::int64_t companyId);

/// "Ann Lee", from a row of contacts or members.
std::string contactLabel(const Object &contact);

} // namespace psa::plugins::connectwise
