#include <psa/answer.hpp>
#include <psa/testing.hpp>

#include <catch2/catch.hpp>

using psa::testing::answered;
using psa::testing::noAnswer;
using psa::testing::notSent;

namespace {

psa::HttpRequest request(bool mutates)
{
    psa::HttpRequest made;
    made.method = mutates ? "POST" : "GET";
    made.url = "https://api.example.com/v1/tickets?ref=private";
    made.mutates = mutates;
    return made;
}

std::string text(psa_str borrowed)
{
    return std::string(psa::view(borrowed));
}

/// A plugin whose search for a ticket ends as it is told.
class Finder : public psa::Plugin, public psa::FindTicket
{
public:
    explicit Finder(psa::Host) {}
    static std::string describe(psa::Call &) { return "{}"; }
    void configure(psa::Call &, std::string_view) override {}
    std::string test(psa::Call &) override { throw psa::failureOf(request(false), answered(404, ""), "Example PSA"); }
    std::string createTicket(psa::Call &, std::string_view, std::string_view) override { return "{}"; }
    std::string findTicket(psa::Call &call, std::string_view) override { return test(call); }
};

} // namespace

TEST_CASE("each end of an exchange has the status that is honest", "[glue]")
{
    struct Row
    {
        psa::HttpResponse response;
        psa_status read;
        psa_status create;
    };
    const auto row = GENERATE(values<Row>({
        {notSent(PSA_HTTP_REASON_POLICY), PSA_UNAVAILABLE, PSA_UNAVAILABLE},
        {notSent(PSA_HTTP_REASON_DNS), PSA_UNAVAILABLE, PSA_UNAVAILABLE},
        {notSent(PSA_HTTP_REASON_CONNECT), PSA_UNAVAILABLE, PSA_UNAVAILABLE},
        {notSent(PSA_HTTP_REASON_TLS), PSA_UNAVAILABLE, PSA_UNAVAILABLE},
        {notSent(PSA_HTTP_REASON_CLOSED), PSA_UNAVAILABLE, PSA_UNAVAILABLE},
        {notSent(PSA_HTTP_REASON_BUDGET), PSA_RATE_LIMITED, PSA_RATE_LIMITED},
        {notSent(PSA_HTTP_REASON_TIMEOUT), PSA_TIMEOUT, PSA_TIMEOUT},
        {notSent(PSA_HTTP_REASON_CANCELLED), PSA_CANCELLED, PSA_CANCELLED},
        {notSent(PSA_HTTP_REASON_DRY_RUN), PSA_CANCELLED, PSA_CANCELLED},
        {noAnswer(PSA_HTTP_REASON_CLOSED), PSA_UNAVAILABLE, PSA_OUTCOME_UNKNOWN},
        {noAnswer(PSA_HTTP_REASON_TIMEOUT), PSA_TIMEOUT, PSA_OUTCOME_UNKNOWN},
        {noAnswer(PSA_HTTP_REASON_CANCELLED), PSA_CANCELLED, PSA_OUTCOME_UNKNOWN},
        {answered(302, ""), PSA_UNAVAILABLE, PSA_OUTCOME_UNKNOWN},
        {answered(400, ""), PSA_INTERNAL, PSA_INVALID_TICKET},
        {answered(401, ""), PSA_AUTH, PSA_AUTH},
        {answered(403, ""), PSA_PERMISSION, PSA_PERMISSION},
        {answered(404, ""), PSA_NOT_FOUND, PSA_NOT_FOUND},
        {answered(408, ""), PSA_UNAVAILABLE, PSA_OUTCOME_UNKNOWN},
        {answered(409, ""), PSA_CONFLICT, PSA_CONFLICT},
        {answered(422, ""), PSA_INTERNAL, PSA_INVALID_TICKET},
        {answered(429, "", 7000), PSA_RATE_LIMITED, PSA_RATE_LIMITED},
        {answered(500, ""), PSA_UNAVAILABLE, PSA_OUTCOME_UNKNOWN},
        {answered(503, "<html>"), PSA_UNAVAILABLE, PSA_OUTCOME_UNKNOWN},
    }));
    CAPTURE(row.response.delivery, row.response.reason, row.response.status);
    for (const bool mutates : {false, true})
    {
        const psa::Error error = psa::failureOf(request(mutates), row.response, "Example PSA");
        CHECK(error.status() == (mutates ? row.create : row.read));
        CHECK_THAT(error.what(), Catch::Contains("Example PSA") && Catch::EndsWith("."));
        CHECK(error.toC().hint.size > 0);
        CHECK(error.toC().http_status == row.response.status);
        CHECK(error.toC().retry_after_ms == row.response.retryAfterMs);
    }
}

TEST_CASE("an error carries the PSA's own words, and of the request all but its query", "[glue]")
{
    const psa::Error error =
        psa::failureOf(request(true), answered(422, R"({"error":"no  such team"})"), "Example PSA", "no\nsuch team");
    CHECK(error.what() == std::string("Example PSA does not accept the ticket: no such team"));
    CHECK(text(error.toC().internal_detail) ==
          R"(POST /v1/tickets at api.example.com: HTTP 422: {"error":"no such team"})");
    psa::HttpResponse lost = noAnswer();
    lost.detail = "the peer closed the connection";
    CHECK(text(psa::failureOf(request(true), lost, "Example PSA").toC().internal_detail) ==
          "POST /v1/tickets at api.example.com: no answer: the peer closed the connection");
}

TEST_CASE("an address that is none gives an error and no crash", "[glue]")
{
    psa::HttpRequest odd;
    odd.url = "nonsense";
    CHECK(text(psa::failureOf(odd, answered(500, ""), "Example PSA").toC().internal_detail) ==
          "GET  at nonsense: HTTP 500");
}

TEST_CASE("a success of no use leaves open what a changing request did", "[glue]")
{
    CHECK(psa::unusableAnswer(request(true), answered(201, "{}"), "Example PSA", "no id").status() ==
          PSA_OUTCOME_UNKNOWN);
    CHECK(psa::unusableAnswer(request(false), answered(200, "{}"), "Example PSA", "no id").status() == PSA_UNAVAILABLE);
}

TEST_CASE("a search that meets a 404 does not say that there is no such ticket", "[glue]")
{
    psa::testing::FakeHost host;
    psa::testing::PluginUnderTest plugin(host, &psa::detail::Trampolines<Finder>::enter);
    CHECK(plugin.test().status == PSA_NOT_FOUND);
    const auto found = plugin.findTicket("ref-1");
    CHECK(found.status == PSA_UNAVAILABLE);
    CHECK_THAT(found.message, Catch::Contains("404"));
}
