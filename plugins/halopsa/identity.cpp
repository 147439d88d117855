#include "identity.h"

#include "common/text.h"

#include <algorithm>

namespace psa::plugins::halopsa {
namespace {

constexpr std::uint32_t ownMs = 24 * KeptValues::hourMs; // the longest that hosts take

/// Another application is another identity.
std::string keyOf(const Client &client, const char *what)
{
    return std::string(what) + ":" + client.configuration().clientId;
}

std::string folded(const Object &row, const std::string &name)
{
    return lower(oneLine(textOf(row, name)));
}

/// The agent who made the action; 0 if it was none. 1 stands for nobody.
std::int64_t agentOf(const Object &action)
{
    for (const char *name : {"who_agentid", "actionby_agent_id", "agent_id"})
        if (const std::int64_t agent = integerOf(action, name).value_or(0); agent > 1)
            return agent;
    return 0;
}

} // namespace

Agent readOwnAgent(Client &client)
{
    const Object::Ptr row = client.get("Agent/me");
    const Agent own{integerOf(*row, "id").value_or(0), oneLine(textOf(*row, "name"))};
    if (own.id <= 0)
        throw psa::Error(PSA_UNAVAILABLE, "HaloPSA does not say as which agent the application logs in.")
            .hint("Try again in some minutes.")
            .detail("GET /api/Agent/me: no id");
    client.kept().put(keyOf(client, "own-agent"), std::to_string(own.id), ownMs);
    return own;
}

std::optional<std::int64_t> ownAgent(Client &client)
{
    if (const auto kept = client.kept().getLasting(keyOf(client, "own-agent")); kept && isInteger(*kept))
        return std::stoll(*kept);
    try
    {
        return readOwnAgent(client).id;
    }
    catch (const psa::Error &error)
    {
        if (error.status() != PSA_PERMISSION && error.status() != PSA_NOT_FOUND)
            throw;
        client.call().info(std::string("The own agent could not be read: ") + error.what());
        return std::nullopt;
    }
}

std::string ownApplication(Client &client)
{
    return client.kept().getLasting(keyOf(client, "own-application")).value_or("");
}

void rememberOwnApplication(Client &client, const Object &action)
{
    const std::string name = oneLine(textOf(action, "actionby_application_id"));
    if (!name.empty() && name != ownApplication(client))
        client.kept().put(keyOf(client, "own-application"), name, ownMs);
}

bool isByUser(const Object &action)
{
    constexpr std::int64_t agentType = 1;
    const std::string who = folded(action, "who");
    const bool isNamed = !who.empty() && who != "system" && agentOf(action) == 0;
    return integerOf(action, "actionby_user_id").value_or(0) > 0 ||
           (isNamed && integerOf(action, "who_type").value_or(agentType) != agentType);
}

Author authorOf(const Configuration &configuration, const Self &self, const Object &action)
{
    if (isByUser(action))
        return Author::human;
    // Actions and the audit name the same things differently.
    const std::string application =
        folded(action, action.has("application_id") ? "application_id" : "actionby_application_id");
    const std::string who = folded(action, "who");
    const std::int64_t agent = agentOf(action);
    const std::string own = lower(oneLine(self.application));
    if (!own.empty() && application == own)
        return Author::self;
    const auto &ignored = configuration.automation;
    const auto isIgnored = [&](const std::string &name) {
        return !name.empty() && std::find(ignored.begin(), ignored.end(), name) != ignored.end();
    };
    if (isIgnored(application) || isIgnored(who))
        return Author::automation;
    // Some versions name no application, and before the first note the own name is not known.
    if (agent > 0 && self.agent == agent && (application.empty() || own.empty()))
        return Author::self;
    if (agent > 0)
        return self.agent || !own.empty() ? Author::human : Author::unknown;
    return application.empty() ? Author::automation : Author::unknown; // HaloPSA's rules are nobody.
}

} // namespace psa::plugins::halopsa
