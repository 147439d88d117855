#include "tests/sandbox/client.h"

#include "sandbox/autotask/autotask_sandbox.h"
#include "sandbox/common/fault.h"
#include "sandbox/common/private_files.h"
#include "sandbox/connectwise/connectwise_sandbox.h"
#include "sandbox/halopsa/halopsa_sandbox.h"

#include <catch2/catch.hpp>

using namespace psa::sandbox;
using Catch::Contains;

namespace {

struct WithControl : Running
{
    WithControl() : Running(withControl<psa::sandbox::autotask::AutotaskOptions>()) {}

    HttpReply control(const std::string &method, const std::string &path, const std::string &body = "",
                      const std::string &host = "localhost") const
    {
        return ::control(sandbox, method, path, body, host);
    }
};

} // namespace

TEST_CASE("The truth tells every ticket, every reference and every count")
{
    const WithControl run;
    const std::int64_t id = run.client.create(R"({"externalID": "r-1", "title": "t"})").itemId();
    run.client.create(R"({"externalID": "r-1", "priority": 3})");
    const Object::Ptr truth = run.control("GET", "/truth").json();
    REQUIRE(truth->getArray("tickets")->size() == 1);
    const Object::Ptr ticket = truth->getArray("tickets")->getObject(0);
    CHECK(ticket->getValue<std::int64_t>("id") == id);
    CHECK(ticket->getValue<std::string>("externalID") == "r-1");
    CHECK(ticket->getValue<int>("companyID") == 174);
    CHECK(ticket->getValue<int>("request") == 1);
    CHECK(toText(truth->getObject("references")) == R"({"r-1":{"committed":1,"received":2}})");
    CHECK(truth->getObject("requests")->getObject("byRoute")->getValue<int>("POST V1.0/Tickets") == 2);
    CHECK(truth->getObject("requests")->getValue<int>("maxAtOnce") == 1);
    CHECK(truth->getValue<int>("failedLogins") == 0);
}

TEST_CASE("Faults are set, listed and removed")
{
    const WithControl run;
    const HttpReply made =
        run.control("POST", "/faults", R"({"match": {"entity": "Tickets"}, "fault": {"kind": "empty-500"}})");
    CHECK(made.body == R"({"id":1})");
    CHECK(run.client.create().status == 500);
    CHECK_THAT(run.control("GET", "/faults").body, Contains("\"fired\":1"));
    CHECK(run.control("DELETE", "/faults").status == 200);
    CHECK(run.client.create().status == 200);
    const HttpReply bad = run.control("POST", "/faults", R"({"fault": {"kind": "nonsense"}})");
    CHECK(bad.status == 400);
    CHECK_THAT(bad.body, Contains("commit-then-drop"));
}

TEST_CASE("Switches are set and told; unknown names and values are refused")
{
    const WithControl run;
    CHECK(run.control("PUT", "/switches", R"({"limit.threads": 5, "dates.zulu": false})").status == 200);
    const Object::Ptr switches = run.control("GET", "/switches").json();
    CHECK(switches->getValue<std::string>("limit.threads") == "5");
    CHECK(switches->getValue<std::string>("dates.zulu") == "false");
    CHECK_THAT(run.control("PUT", "/switches", R"({"nonsense": 1})").body, Contains("there is no switch"));
    CHECK_THAT(run.control("PUT", "/switches", R"({"dates.zulu": "perhaps"})").body, Contains("true|false"));
    CHECK(run.control("PUT", "/switches", R"({"limit.threads": -1})").status == 400);
}

TEST_CASE("The tenant is changed and everything is reset")
{
    const WithControl run;
    CHECK(run.control("POST", "/tenant", R"({"zone": 6})").status == 200);
    CHECK(run.client.get(base + "Version").status == 401);
    CHECK(run.control("POST", "/tenant", R"({"nonsense": 6})").status == 400);
    CHECK(run.control("POST", "/reset").status == 200);
    CHECK(run.sandbox.requests() == 0);
    CHECK(run.client.create().status == 200);
    CHECK(run.control("POST", "/reset").status == 200);
    CHECK(run.sandbox.truth().tickets.empty());
}

TEST_CASE("The clock is moved")
{
    const WithControl run;
    run.client.get(base + "Version");
    CHECK(run.sandbox.truth().callsThisHour == 1);
    CHECK(run.control("POST", "/clock", R"({"advanceMs": 3660000})").status == 200);
    CHECK(run.sandbox.truth().callsThisHour == 0);
    CHECK(run.control("POST", "/clock", R"({"advanceMs": "x"})").status == 400);
}

TEST_CASE("An act of a person that cannot be understood is refused with what is known")
{
    const WithControl run;
    const auto [act, said] = GENERATE(
        table<std::string, std::string>({{R"({"action": "note"})", "ticketId"},
                                         {R"({"ticketId": "seven", "action": "note"})", "must be the id of a ticket"},
                                         {R"({"ticketId": 7, "action": "dance"})",
                                          "known are note, time, status, assign, close, reopen, merge, delete"},
                                         {R"({"ticketId": 7, "action": "status"})", "name of a status"},
                                         {R"({"ticketId": 7, "action": "merge"})", "into"},
                                         {R"({"ticketId": 7, "action": "note", "who": "Tess"})", "unknown member"}}));
    const HttpReply reply = run.control("POST", "/human", act);
    CHECK(reply.status == 400);
    CHECK_THAT(reply.body, Contains(said));
}

TEST_CASE("Requests are listed with a fingerprint of the secret and never the secret")
{
    const WithControl run;
    run.client.get(base + "Version");
    run.client.call("GET", base + "Version", "", {{"Secret", "wrong"}});
    const HttpReply reply = run.control("GET", "/requests?last=2");
    CHECK_THAT(reply.body, Contains("\"status\":200") && Contains("\"status\":401") && Contains("vectis@APIUSER.com"));
    CHECK_THAT(reply.body, !Contains(run.sandbox.secret()));
    const auto last = run.sandbox.lastRequests(2);
    CHECK(last.at(0).info.secretFingerprint.size() == 8);
    CHECK(last.at(0).info.secretFingerprint != last.at(1).info.secretFingerprint);
    CHECK(run.control("GET", "/requests?last=0").body == "[]");
}

TEST_CASE("The control endpoint answers no other host name and says what there is")
{
    const WithControl run;
    CHECK(run.control("GET", "/truth", "", "evil.example").status == 403);
    const HttpReply reply = run.control("GET", "/nothing");
    CHECK(reply.status == 404);
    CHECK_THAT(reply.body, Contains("GET /truth"));
}

TEST_CASE("docs/sandbox.md lists every switch as it is, and every fault")
{
    const std::string page = readFile(PSA_SOURCE_DIR "/docs/sandbox.md");
    const auto checkSwitches = [&page](const std::string &heading, const std::vector<SwitchInfo> &switches) {
        INFO(heading);
        const std::size_t begin = page.find("### " + heading + "\n");
        REQUIRE(begin != std::string::npos);
        const std::string section = page.substr(begin, page.find("\n## ", begin) - begin);
        for (const SwitchInfo &info : switches)
        {
            std::string allowed = info.allowed;
            for (std::size_t at = 0; (at = allowed.find('|', at)) != std::string::npos; at += 2)
                allowed.replace(at, 1, ", ");
            CHECK_THAT(section, Contains("| `" + std::string(info.name) + "` | " + info.standard + " | " + allowed +
                                         " | " + info.meaning + " |\n"));
        }
        std::size_t listed = 0;
        for (std::size_t at = 0; (at = section.find("\n| `", at)) != std::string::npos; ++at)
            ++listed;
        CHECK(listed == switches.size());
    };
    checkSwitches("Switches of Autotask", autotask::switches());
    checkSwitches("Switches of ConnectWise PSA", connectwise::switches());
    checkSwitches("Switches of HaloPSA", halopsa::switches());
    for (const std::string &kind : faultKinds())
        CHECK_THAT(page, Contains("| `" + kind + "` |"));
}
