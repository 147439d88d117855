#pragma once

#include "tests/plugins/common/document.h"
#include "tests/plugins/common/fake_host.h"

#include <string>

namespace psa::plugins::halopsa::test {

using namespace psa::plugins::test;

constexpr const char *secretCanary = "cl1ent-SECRET-CANARY-1";
constexpr const char *tokenCanary = "t0ken-CANARY-2.aaaa";
constexpr const char *secondTokenCanary = "t0ken-CANARY-3.bbbb";

constexpr const char *infoRoute = "/api/authinfo";
constexpr const char *tokenRoute = "/auth/token";
constexpr const char *ticketsRoute = "/api/Tickets";
constexpr const char *rowRoute = "/api/Tickets/7";
constexpr const char *actionsRoute = "/api/Actions";
constexpr const char *typesRoute = "/api/TicketType";
constexpr const char *clientsRoute = "/api/Client";

/// A response of the token endpoint.
std::string tokenBody(const std::string &token = tokenCanary, const std::string &more = R"("expires_in":3600)");

/// The signing-in alone.
void scriptSignIn(FakeHost &host);
/// A tenant in which everything works. Later answers for the same route follow these.
void scriptTenant(FakeHost &host);

class HaloPsaUnderTest : public PluginUnderTest
{
public:
    explicit HaloPsaUnderTest(FakeHost &host) : PluginUnderTest(host, {secretCanary, tokenCanary, secondTokenCanary}) {}

    /// With the credentials of the fake tenant, at acme.halopsa.com. `more`: further values.
    void configured(const std::string &more = {}, const std::string &tenantUrl = "https://acme.halopsa.com");
};

/// A host, the plugin, and a tenant in which everything works.
struct Tenant
{
    FakeHost host;
    HaloPsaUnderTest plugin{host};

    explicit Tenant(const std::string &more = {})
    {
        scriptTenant(host);
        plugin.configured(more);
    }
};

/// The smallest ticket of such a tenant, with `more` members.
std::string ticket(const std::string &more = {});

/// Requests without the signing-in.
std::size_t requests(const FakeHost &host);
/// Requests of this kind to a URL with this part.
std::size_t requests(const FakeHost &host, const std::string &method, const std::string &part);
/// The last request that changes something; there must be one.
const Sent &changing(const FakeHost &host);
/// The single object in its body, which is an array.
Poco::JSON::Object::Ptr changingBody(const FakeHost &host);

} // namespace psa::plugins::halopsa::test
