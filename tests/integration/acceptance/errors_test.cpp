// createTicket that fails, for every PSA: the status that decides about a retry, the field, and the message for the
// operator.
#include "psas.h"

#include "host/delivery/verdict.h"

#include <catch2/catch.hpp>

using namespace psa::delivery;
using namespace psa::net;
using namespace psa::plugin;
namespace sandbox = psa::sandbox;
using namespace psa::test;
using std::chrono::milliseconds;

namespace {

void check(const CallOutcome &outcome, psa_status status, const Refused &refused, MutationSeen mutation)
{
    INFO(describe(outcome));
    REQUIRE(outcome.error);
    CHECK(statusName(outcome.error->status) == std::string(statusName(status)));
    CHECK(outcome.error->field == refused.field);
    CHECK(outcome.error->message == refused.message);
    CHECK_THAT(outcome.error->hint, Catch::Contains(refused.hint));
    CHECK(outcome.error->httpStatus == refused.httpStatus);
    CHECK(outcome.mutation == mutation);
    CHECK(outcome.defects.empty());
}

std::string html(int status)
{
    return R"({"kind": "status", "status": )" + std::to_string(status) +
           R"(, "body": "<!DOCTYPE html><html><body><h2>Service Unavailable</h2></body></html>"})";
}

std::string answerWith(int status, const std::string &body)
{
    sandbox::Object::Ptr fault = new sandbox::Object;
    fault->set("kind", "status");
    fault->set("status", status);
    fault->set("body", body);
    return sandbox::toText(fault);
}

/// HTTP 429, with the header if one is given.
std::string tooMany(const std::string &retryAfter = {})
{
    const std::string headers = retryAfter.empty() ? "" : R"(, "headers": {"Retry-After": ")" + retryAfter + "\"}";
    return R"({"kind": "status", "status": 429, "body": "")" + headers + "}";
}

} // namespace

FOR_EACH_PSA("an unknown label is reported with the valid ones, and nothing is created")
{
    PSA_OF();
    check(psa.create("psa-host-1", psa.ticket(psa.facts().wrongValue)), PSA_INVALID_TICKET, psa.facts().wrong,
          MutationSeen::none);
    CHECK(psa.creates() == 0);
}

FOR_EACH_PSA("an unknown id is rejected by the PSA, with the field")
{
    PSA_OF();
    const CallOutcome outcome = psa.create("psa-host-1", psa.ticket(psa.facts().unknownCompany));
    INFO(describe(outcome));
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_INVALID_TICKET);
    CHECK(outcome.error->field == "company");
    CHECK_THAT(outcome.error->message, Catch::StartsWith(psa.facts().name + " does not accept the ticket: "));
    CHECK(outcome.mutation == MutationSeen::answered);
    CHECK(psa.ticketsWith("psa-host-1") == 0);
}

FOR_EACH_PSA("wrong credentials are reported with what to check and are never repeated")
{
    PSA_OF(TestType::describePsa().badCredentials);
    check(psa.create("psa-host-1", psa.ticket()), PSA_AUTH, psa.facts().bad, psa.facts().badCreate);
    CHECK(psa.failedLogins() == 1);
    CHECK(psa.ticketsWith("psa-host-1") == 0);
}

FOR_EACH_PSA("a secret that was changed in the PSA fails each verb once")
{
    PSA_OF();
    psa.warmUp();
    psa.simulator().changeTenant(psa.facts().newSecret);
    SECTION("create")
    {
        check(psa.create("psa-host-1", psa.ticket()), PSA_AUTH, psa.facts().bad, MutationSeen::answered);
        CHECK(psa.createsOf("psa-host-1") == 1);
    }
    SECTION("find")
    {
        CHECK(psa.find("psa-host-1").error->status == PSA_AUTH);
    }
    SECTION("read")
    {
        CHECK(psa.read("1").error->status == PSA_AUTH);
    }
    SECTION("list")
    {
        ChoicesQuery query;
        query.list = "companies";
        CHECK(psa.list(query).error->status == PSA_AUTH);
    }
    SECTION("test")
    {
        CHECK(psa.test().error->status == PSA_AUTH);
    }
    CHECK(psa.failedLogins() == 1);
}

FOR_EACH_PSA("a missing right is reported with where to grant it")
{
    PSA_OF();
    psa.simulator().changeTenant(psa.facts().noRight);
    check(psa.create("psa-host-1", psa.ticket()), PSA_PERMISSION, psa.facts().forbidden, MutationSeen::answered);
    CHECK(psa.ticketsWith("psa-host-1") == 0);
}

FOR_EACH_PSA("a rate limit is waited for, as long as the PSA says")
{
    PSA_OF();
    psa.warmUp();
    psa.faultCreate(tooMany("90"), 1);
    const Refused refused{"", psa.facts().name + " does not take more requests at the moment.",
                          "Nothing to do: it is retried later.", 429};
    const CallOutcome outcome = psa.create("psa-host-1", psa.ticket());
    check(outcome, PSA_RATE_LIMITED, refused, MutationSeen::answered);
    CHECK(outcome.error->retryAfterMs == 90000);

    const std::size_t before = psa.simulator().requests();
    const CallOutcome early = psa.create("psa-host-1", psa.ticket());
    INFO(describe(early));
    REQUIRE(early.error);
    CHECK(early.error->status == PSA_RATE_LIMITED);
    CHECK_THAT(early.error->message, Catch::StartsWith("The host's share of requests is used up"));
    CHECK(early.error->retryAfterMs > 60000);
    CHECK(early.mutation == MutationSeen::notSent);
    CHECK(psa.simulator().requests() == before);
}

FOR_EACH_PSA("a rate limit without a time to wait uses the time known for the PSA")
{
    PSA_OF();
    psa.faultCreate(tooMany());
    const CallOutcome outcome = psa.create("psa-host-1", psa.ticket());
    INFO(describe(outcome));
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_RATE_LIMITED);
    CHECK(outcome.error->retryAfterMs == psa.facts().shortestWaitMs);
}

FOR_EACH_PSA("a rejection for rights, credentials or a limit counts whatever its HTTP status")
{
    const int status = GENERATE(200, 409, 500, 503);
    PSA_OF();
    for (const auto &[body, meaning] : psa.facts().knownRefusals)
    {
        CAPTURE(status, body);
        psa.faultCreate(answerWith(status, body), 1);
        const CallOutcome outcome = psa.create("psa-host-1", psa.ticket());
        INFO(describe(outcome));
        REQUIRE(outcome.error);
        CHECK(statusName(outcome.error->status) == std::string(statusName(meaning)));
        CHECK(outcome.isOpen() == (status != 409)); // the PSA may still have it
        CHECK(judge(outcome) == (meaning == PSA_RATE_LIMITED ? Verdict::wait : Verdict::held));
        CHECK_THAT(outcome.error->message, !Catch::Contains("(401 ") && !Catch::Contains("(403 "));
    }
}

FOR_EACH_PSA("an outage during a create, with a page or nothing as response, leaves its outcome open")
{
    const int status = GENERATE(500, 502, 503, 504);
    const std::string fault =
        GENERATE_COPY(html(status), R"({"kind": "status", "status": )" + std::to_string(status) + R"(, "body": ""})");
    PSA_OF();
    psa.faultCreate(fault);
    check(psa.create("psa-host-1", psa.ticket()), PSA_OUTCOME_UNKNOWN,
          {"",
           "It is not known whether " + psa.facts().name + " created the ticket: HTTP " + std::to_string(status) +
               " without a reason.",
           "the ticket is looked up by its reference before anything is sent again.", static_cast<unsigned>(status)},
          MutationSeen::answered);
}

FOR_EACH_PSA("a success status with an HTML page leaves the outcome open")
{
    PSA_OF();
    psa.faultCreate(html(200));
    const CallOutcome outcome = psa.create("psa-host-1", psa.ticket());
    INFO(describe(outcome));
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_OUTCOME_UNKNOWN);
    const std::string unknown = "It is not known whether " + psa.facts().name + " created the ticket: its ";
    CHECK((outcome.error->message == unknown + "response cannot be read." ||
           outcome.error->message == unknown + "API answers with a web page."));
}

FOR_EACH_PSA("a success status without an id leaves the outcome open")
{
    PSA_OF();
    psa.faultCreate(R"({"kind": "status", "status": 200, "body": "{}"})");
    const CallOutcome outcome = psa.create("psa-host-1", psa.ticket());
    INFO(describe(outcome));
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_OUTCOME_UNKNOWN);
    CHECK(outcome.error->message ==
          "It is not known whether " + psa.facts().name + " created the ticket: the response has no ticket id.");
}

FOR_EACH_PSA("a 404 with an HTML page is reported as a wrong address, and the create is not retried")
{
    PSA_OF();
    psa.warmUp();
    psa.faultCreate(html(404));
    const CallOutcome outcome = psa.create("psa-host-1", psa.ticket());
    INFO(describe(outcome));
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_INVALID_CONFIG);
    CHECK_THAT(outcome.error->message, Catch::StartsWith("There is no " + psa.facts().name));
    CHECK(psa.creates() == 2); // That of warmUp(), and this one.
}

FOR_EACH_PSA("a read that fails before the create leaves nothing in doubt")
{
    struct Read
    {
        std::string fault;
        psa_status status;
    };
    const auto read = GENERATE(values<Read>({
        {html(503), PSA_UNAVAILABLE},
        {R"({"kind": "empty-500"})", PSA_UNAVAILABLE},
        {R"({"kind": "garbage-body"})", PSA_UNAVAILABLE},
        {R"({"kind": "status", "status": 200, "body": "{}"})", PSA_UNAVAILABLE},
        {R"({"kind": "truncated-body", "bytes": 50})", PSA_UNAVAILABLE},
        {R"({"kind": "drop-before"})", PSA_UNAVAILABLE},
        {R"({"kind": "reset-before"})", PSA_UNAVAILABLE},
        {tooMany(), PSA_RATE_LIMITED},
    }));
    PSA_OF();
    CAPTURE(read.fault);
    psa.faultMatching(psa.facts().firstRead.match, read.fault);
    const CallOutcome outcome = psa.create("psa-host-1", psa.ticket());
    INFO(describe(outcome));
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == read.status);
    CHECK(!outcome.error->hint.empty());
    CHECK(outcome.mutation == MutationSeen::none);
    CHECK(psa.creates() == 0);
    psa.simulator().clearFaults();
    CHECK(psa.create("psa-host-1", psa.ticket()).ok());
}

FOR_EACH_PSA("an unreachable PSA leaves the ticket unsent")
{
    PSA_OF();
    psa.warmUp();
    psa.endSimulator();
    const CallOutcome outcome = psa.create("psa-host-1", psa.ticket());
    INFO(describe(outcome));
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_UNAVAILABLE);
    CHECK(outcome.error->message == "Nothing accepts the connection at " + psa.facts().host + ".");
    CHECK(outcome.mutation == MutationSeen::notSent);
}

FOR_EACH_PSA("a missing ticket is not found")
{
    PSA_OF();
    const CallOutcome outcome = psa.read("987654");
    INFO(describe(outcome));
    REQUIRE(outcome.error);
    CHECK(outcome.error->status == PSA_NOT_FOUND);
    CHECK_THAT(outcome.error->message,
               Catch::StartsWith(psa.facts().name + " has no ticket with the id 987654, or the "));
    CHECK(outcome.error->field.empty());
}
