#include "tenant.h"

#include "common/json.h"

#include <catch2/catch.hpp>

#include <algorithm>

namespace psa::plugins::halopsa::test {

std::string tokenBody(const std::string &token, const std::string &more)
{
    return R"({"scope":"all","token_type":"Bearer","access_token":")" + token + "\"" +
           (more.empty() ? "" : "," + more) + "}";
}

void scriptSignIn(FakeHost &host)
{
    host.on("GET", infoRoute, ok(R"({"auth_url":"https://acme.halopsa.com/auth","tenant_id":"acme"})"))
        .on("POST", tokenRoute, ok(tokenBody()));
}

void scriptTenant(FakeHost &host)
{
    scriptSignIn(host);
    host.on("GET", ticketsRoute, ok(R"({"record_count":0,"tickets":[]})"))
        .on("GET", "/api/Client", ok(R"({"record_count":3,"clients":[{"id":12,"name":"Acme Dental","inactive":false},
                {"id":13,"name":"Globex","inactive":false},{"id":15,"name":"globex","inactive":false}]})"))
        .on("GET", "/api/Site",
            ok(R"({"record_count":2,"sites":[{"id":40,"name":"Main","client_id":12},{"id":42,"name":"Main","client_id":13}]})"))
        .on("GET", "/api/Users",
            ok(R"({"record_count":2,"users":[{"id":480,"name":"Ada Byron","emailaddress":"ada@acme.example","site_id":40,"client_id":12},
                {"id":482,"name":"Hank Scorpio","emailaddress":"hank@globex.example","site_id":42,"client_id":13}]})"))
        .on("GET", "/api/Users/480", ok(R"({"id":480,"name":"Ada Byron","site_id":40,"client_id":12})"))
        .on("GET", "/api/Asset",
            ok(R"({"record_count":2,"assets":[{"id":700,"inventory_number":"SRV-01","key_field":"SRV-01","client_id":12},
                {"id":710,"inventory_number":"SRV-01","key_field":"SRV-01","client_id":13}]})"))
        .on("GET", typesRoute,
            ok(R"([{"id":1,"name":"Incident","use":"ticket","cancreate":true},{"id":21,"name":"Alert","use":"ticket"},
                {"id":22,"name":"Retired","use":"ticket","cancreate":false},{"id":30,"name":"Migration","use":"project"}])"))
        .on("GET", "/api/TicketType/1", ok(R"({"id":1,"name":"Incident","default_sla":1})"))
        .on("GET", "/api/TicketType/21", ok(R"({"id":21,"name":"Alert","default_sla":-1})"))
        .on("GET", "/api/Priority", ok(R"([{"id":"6d4f2f0e-0d5b-4c55-9d4e-1","priorityid":2,"slaid":1,"name":"High"},
            {"id":"6d4f2f0e-0d5b-4c55-9d4e-2","priorityid":3,"slaid":1,"name":"Medium"},
            {"id":"6d4f2f0e-0d5b-4c55-9d4e-3","priorityid":2,"slaid":2,"name":"Normal"},
            {"id":"6d4f2f0e-0d5b-4c55-9d4e-4","priorityid":4,"slaid":1,"name":"Old","ishidden":true}])"))
        .on("GET", "/api/Status?tickettype_id=1&showall=true&excludeclosed=true",
            ok(R"([{"id":1,"name":"New"},{"id":2,"name":"In Progress"}])"))
        .on("GET", "/api/Status", ok(R"([{"id":1,"name":"New","sequence":1},{"id":9,"name":"Closed","sequence":9},
            {"id":2,"name":"In Progress","sequence":2}])"))
        .on("GET", "/api/Team", ok(R"([{"id":1,"name":"Service Desk"},{"id":3,"name":"Alert Team"},
            {"id":4,"name":"Night Shift","inactive":true}])"))
        .on("GET", "/api/Agent",
            ok(R"([{"id":1,"name":"Unassigned"},{"id":3,"name":"Tess Tech","email":"tess@msp.example"},
            {"id":5,"name":"Left Lately","isdisabled":true}])"))
        .on("GET", "/api/Agent/me", ok(R"({"id":9,"name":"psa-host"})"))
        .on("GET", "/api/Category", ok(R"([{"id":301,"value":"Hardware","type_id":1},
            {"id":302,"value":"Hardware>Laptop","type_id":1},{"id":311,"value":"Repaired","type_id":2}])"))
        .on("GET", "/api/Outcome", ok(R"([{"id":16,"outcome":"Email User","sendemail":true},
            {"id":18,"outcome":"Public Note"},{"id":7,"outcome":"Internal Note","hidefromuser":true},
            {"id":19,"outcome":"Put on Hold","newstatus":3}])"))
        .on("GET", "/api/FieldInfo", ok(R"([{"id":150,"name":"CFalertSource","label":"Alert source","type":0},
            {"id":151,"name":"CFsiteCode","label":"Site code","type":2,"values":[{"id":1,"name":"BER"},{"id":2,"name":"OSL"}]},
            {"id":152,"name":"CFwarranty","label":"Warranty until","type":4},
            {"id":153,"name":"CFcontract","label":"Under contract","type":6}])"));
}

void HaloPsaUnderTest::configured(const std::string &more, const std::string &tenantUrl)
{
    const Outcome outcome = configure(R"({"version":1,"values":{"tenantUrl":")" + tenantUrl +
                                      R"(","clientId":"4b1d2f0c","clientSecret":")" + secretCanary + "\"" +
                                      (more.empty() ? "" : "," + more) + "}}");
    INFO(outcome.message);
    REQUIRE(outcome.ok());
}

std::string ticket(const std::string &more)
{
    return R"({"version":1,"title":"Disk full","company":12)" +
           (more.empty() ? R"(,"fields":{"ticketType":1})" : "," + more) + "}";
}

std::size_t requests(const FakeHost &host)
{
    return host.sent.size() - requests(host, "GET", infoRoute) - requests(host, "POST", tokenRoute);
}

std::size_t requests(const FakeHost &host, const std::string &method, const std::string &part)
{
    return static_cast<std::size_t>(std::count_if(host.sent.begin(), host.sent.end(), [&](const Sent &sent) {
        return sent.method == method && sent.url.find(part) != std::string::npos;
    }));
}

const Sent &changing(const FakeHost &host)
{
    const auto found =
        std::find_if(host.sent.rbegin(), host.sent.rend(), [](const Sent &sent) { return sent.mutates; });
    REQUIRE(found != host.sent.rend());
    return *found;
}

Poco::JSON::Object::Ptr changingBody(const FakeHost &host)
{
    const auto all = parseArray(changing(host).body);
    REQUIRE(all);
    REQUIRE(all->size() == 1);
    return all->getObject(0);
}

} // namespace psa::plugins::halopsa::test
