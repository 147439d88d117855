#pragma once

#include "client.h"

#include <map>
#include <optional>
#include <set>
#include <string>

namespace psa::plugins::autotask {

/// The resource "Autotask Administrator", as which workflow rules, triage and mail logs write in every tenant.
constexpr std::int64_t systemResource = 4;

/// The resource id of the API user; nullopt if it cannot be found out. Cached for half a day; otherwise taken from
/// `ticket` if an integration created it, and only then looked up.
std::optional<std::int64_t> ownResource(Client &client, const Object &ticket);

/// The names of resources by id, "Jane Doe", or "Resource 17" where Autotask does not tell. Names are cached for half a
/// day; the others cost one request together.
std::map<std::int64_t, std::string> resourceNames(Client &client, const std::set<std::int64_t> &ids);

/// The id of the active resource with this id, email address or name ("First Last"). A name costs one search, cached for
/// an hour. Throws psa::Error(PSA_INVALID_TICKET) that lists the candidates.
std::int64_t resolveResource(Client &client, const std::string &given);

/// The role in which the resource works in the service desk, without which Autotask assigns no ticket: the default one if
/// a queue has it. Costs two searches,
/// cached for an hour. Throws psa::Error(PSA_INVALID_TICKET) if there is none.
std::int64_t deskRole(Client &client, std::int64_t resource, const std::string &given);

/// "Jane Doe <jane@example.com>", from a row of Resources.
std::string resourceLabel(const Object &resource);

} // namespace psa::plugins::autotask
