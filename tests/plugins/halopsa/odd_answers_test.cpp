// How the plugin handles answers that HaloPSA should not give.
#include "tenant.h"

#include "tests/plugins/common/odd_answers.h"

#include <catch2/catch.hpp>

using namespace psa::plugins::halopsa::test;

namespace {

OddCall oddCall(const std::string &name, const std::string &schema, std::function<Outcome(HaloPsaUnderTest &)> run)
{
    return {name, schema, [run = std::move(run)](FakeHost &host) {
                host.on("GET", ticketsRoute,
                        ok(R"({"record_count":1,"tickets":[{"id":7,"third_party_id_string":"ref-1"}]})"))
                    .on("POST", ticketsRoute, {201, R"({"id":7,"status_id":9})"})
                    .on("GET", rowRoute, ok(R"({"id":7,"status_id":1,"agent_id":1,"tickettype_id":1,"client_id":12,
                        "hasbeenclosed":false,"dateclosed":"1899-12-30T00:00:00"})"))
                    .on("POST", actionsRoute, {201, R"({"id":2,"ticket_id":7,"actionby_application_id":"psa"})"})
                    .on("GET", actionsRoute,
                        ok(R"({"record_count":1,"actions":[{"id":2,"ticket_id":7,"note":"x\n[ref:REF1]",
                        "who":"psa","who_type":1,"who_agentid":9,"actionby_application_id":"psa"}]})"))
                    .on("GET", "/api/Actions/2", ok(R"({"id":2,"ticket_id":7,"note":"x\n[ref:REF1]","who_type":1,
                        "who_agentid":9,"actionby_application_id":"psa"})"))
                    .on("DELETE", "/api/Actions/2", ok("{}"));
                scriptTenant(host);
                HaloPsaUnderTest plugin(host);
                plugin.configured();
                return run(plugin);
            }};
}

const std::string byName =
    R"({"version":1,"title":"Disk full","company":"Acme Dental","contact":"Ada Byron","priority":"High",)"
    R"("fields":{"ticketType":"Incident"}})";

constexpr const char *aNote = R"({"version":1,"text":"It is over.","visibility":"internal"})";
constexpr const char *aChange = R"({"version":1,"status":"Closed","queue":"Alert Team"})";
constexpr const char *aDevice = R"({"version":1,"device":"SRV-01"})";

} // namespace

TEST_CASE("no odd response of HaloPSA is taken for more than it says")
{
    const auto call = GENERATE(
        values<OddCall>({oddCall("test", "test-result", [](auto &plugin) { return plugin.test(); }),
                         oddCall("create", "ticket-result", [](auto &plugin) { return plugin.create(byName); }),
                         oddCall("find", "found-tickets", [](auto &plugin) { return plugin.find(); }),
                         oddCall("find none", "found-tickets", [](auto &plugin) { return plugin.find("ref-2"); }),
                         oddCall("read", "ticket-result", [](auto &plugin) { return plugin.read("7"); }),
                         oddCall("add note", "note-result", [](auto &plugin) { return plugin.addNote(aNote); }),
                         oddCall("find note", "found-notes", [](auto &plugin) { return plugin.findNote(); }),
                         oddCall("remove note", "", [](auto &plugin) { return plugin.removeNote("2"); }),
                         oddCall("change", "change-result", [](auto &plugin) { return plugin.change(aChange); }),
                         oddCall("device", "change-result", [](auto &plugin) { return plugin.change(aDevice); }),
                         oddCall("activity", "activity", [](auto &plugin) { return plugin.activity(); }),
                         oddCall("teams", "choices", [](auto &plugin) { return plugin.list("teams"); }),
                         oddCall("companies", "choices", [](auto &plugin) { return plugin.list("companies"); }),
                         oddCall("contacts", "choices", [](auto &plugin) {
                             return plugin.list("contacts", "", "", R"({"company":"Acme Dental"})");
                         })}));
    checkOddAnswers(call);
}
