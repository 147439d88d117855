#pragma once

#include "tests/plugins/common/document.h"
#include "tests/plugins/common/fake_host.h"

#include <string>

namespace psa::plugins::connectwise::test {

using namespace psa::plugins::test;

constexpr const char *privateCanary = "pr1vate-CANARY-1";
constexpr const char *clientCanary = "cl1ent-CANARY-2";
/// Base64 of "examplemsp+pub1ic:" and the private key.
constexpr const char *basicCanary = "ZXhhbXBsZW1zcCtwdWIxaWM6cHIxdmF0ZS1DQU5BUlktMQ==";

constexpr const char *infoBody =
    R"({"CompanyName":"Example MSP","Codebase":"v2025_1/","VersionCode":"v2025.1","VersionNumber":"v4.6.99999",)"
    R"("CompanyID":"examplemsp","SiteUrl":"api-na.myconnectwise.net","IsCloud":true})";

constexpr const char *infoRoute = "/login/companyinfo/examplemsp";
constexpr const char *ticketsRoute = "/apis/3.0/service/tickets";
constexpr const char *boardsRoute = "/service/info/boards";
constexpr const char *statusesRoute = "/service/boards/1/statuses";
constexpr const char *rowRoute = "/service/tickets/7";
constexpr const char *companiesRoute = "/company/companies";

/// A company in which everything works. Later answers for the same route follow these.
void scriptCompany(FakeHost &host);

class ConnectWiseUnderTest : public PluginUnderTest
{
public:
    explicit ConnectWiseUnderTest(FakeHost &host) : PluginUnderTest(host, {privateCanary, clientCanary, basicCanary}) {}

    /// With the credentials of the fake company, at na.myconnectwise.net or the given Site URL.
    void configured(const std::string &siteUrl = "https://na.myconnectwise.net");
};

/// A host, the plugin, and a company in which everything works.
struct Company
{
    FakeHost host;
    ConnectWiseUnderTest plugin{host};

    explicit Company(const std::string &siteUrl = "https://na.myconnectwise.net")
    {
        scriptCompany(host);
        plugin.configured(siteUrl);
    }
};

/// The smallest ticket of such a company, with `more` members.
std::string ticket(const std::string &more = {});

/// The decoded query of the URL.
std::string queryOf(const Sent &sent);

} // namespace psa::plugins::connectwise::test
