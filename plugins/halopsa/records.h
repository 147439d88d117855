#pragma once

#include "client.h"

#include <cstdint>
#include <string>

namespace psa::plugins::halopsa {

/// Each takes an id or a name and returns the id. An id is used without a lookup, except that of a user. A name must match
/// exactly one record; it costs one search, cached for an hour. Throws psa::Error(PSA_INVALID_TICKET) that lists the
/// candidates.
std::int64_t resolveClient(Client &client, const std::string &given);
/// Of the client.
std::int64_t resolveSite(Client &client, const std::string &given, std::int64_t clientId);
/// By inventory number or key field, of the client; 0 = of any.
std::int64_t resolveAsset(Client &client, const std::string &given, std::int64_t clientId);

/// A user, whom HaloPSA takes only together with the user's site.
struct User
{
    std::int64_t id = 0;
    std::int64_t site = 0; ///< 0 = HaloPSA does not say.
};

/// By id, name or email, of the client.
User resolveUser(Client &client, const std::string &given, std::int64_t clientId);

/// A member of staff, by id, name or email.
std::int64_t resolveAgent(Client &client, const std::string &given);

/// The paths of these lists, with a text that their rows contain; empty = all.
std::string clientPath(const std::string &search = {});
std::string sitePath(std::int64_t clientId, const std::string &search = {});
std::string userPath(std::int64_t clientId, const std::string &search = {});
std::string assetPath(std::int64_t clientId, const std::string &search = {});

/// "Ada Byron <ada@acme.example>", from a row of users.
std::string userLabel(const Object &row);
/// "SRV01", from a row of assets.
std::string assetLabel(const Object &row);

} // namespace psa::plugins::halopsa
