#pragma once

#include "client.h"

#include "common/authors.h"

#include <cstdint>
#include <optional>
#include <string>

namespace psa::plugins::halopsa {

/// An agent, HaloPSA's word for a member of staff.
struct Agent
{
    std::int64_t id = 0;
    std::string name;
};

/// The agent as which the application logs in, read from HaloPSA and cached for a day.
Agent readOwnAgent(Client &client);

/// The id of that agent, one request if it is not cached; nullopt if the agent may not read it.
std::optional<std::int64_t> ownAgent(Client &client);

/// The name under which HaloPSA shows what this application does; empty if it is not known yet. It is taken from the
/// responses to the plugin's own notes, and cached.
std::string ownApplication(Client &client);

/// Caches the name in `action`, which the plugin has just added, or which its agent has made.
void rememberOwnApplication(Client &client, const Object &action);

/// What is known about oneself; both may be missing.
struct Self
{
    std::string application;
    std::optional<std::int64_t> agent{};
};

/// Who made an action, or an entry of the audit.
Author authorOf(const Configuration &configuration, const Self &self, const Object &action);

/// True if a customer made the action.
bool isByUser(const Object &action);

} // namespace psa::plugins::halopsa
