#include <psa/answer.hpp>
#include <psa/results.hpp>
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

/// A plugin whose search for a ticket ends as the test says.
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

/// A plugin that reports something about each ticket.
class Clipper : public psa::Plugin
{
public:
    explicit Clipper(psa::Host host) : host_(host) {}
    static std::string describe(psa::Call &) { return "{}"; }
    void configure(psa::Call &, std::string_view) override {}
    std::string test(psa::Call &) override { return "{}"; }
    std::string createTicket(psa::Call &call, std::string_view, std::string_view) override
    {
        const std::vector<psa::Warning> warnings{{"The title was clipped.", "title", "Write less."}};
        psa::sendWith(call, warnings, [&] {
            const psa::HttpResponse response = psa::send(host_, call, request(true));
            if (!response.succeeded())
                throw psa::failureOf(request(true), response, "Example PSA");
            return response;
        });
        return psa::ticketResult({"1"}, warnings);
    }

private:
    psa::Host host_;
};

} // namespace

TEST_CASE("each end of an exchange has the true status", "[glue]")
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

TEST_CASE("an invalid URL causes an error and no crash", "[glue]")
{
    psa::HttpRequest odd;
    odd.url = "nonsense";
    CHECK(text(psa::failureOf(odd, answered(500, ""), "Example PSA").toC().internal_detail) ==
          "GET  at nonsense: HTTP 500");
}

TEST_CASE("a useless success leaves the result of a changing request open", "[glue]")
{
    CHECK(psa::unusableAnswer(request(true), answered(201, "{}"), "Example PSA", "no id").status() ==
          PSA_OUTCOME_UNKNOWN);
    CHECK(psa::unusableAnswer(request(false), answered(200, "{}"), "Example PSA", "no id").status() == PSA_UNAVAILABLE);
}

TEST_CASE("a login rejected by the PSA is an error of the credentials, never a defect of the plugin", "[glue]")
{
    psa::HttpRequest token = request(false);
    token.method = "POST";
    const psa::HttpResponse refused = answered(400, R"({"error":"invalid_client"})");
    for (const std::string body : {"grant_type=client_credentials&scope=all", "scope=all&grant_type=password"})
    {
        token.body = body;
        const psa::Error error = psa::failureOf(token, refused, "Example PSA", "invalid_client");
        CHECK(error.status() == PSA_AUTH);
        CHECK(error.what() == std::string("Example PSA does not accept the credentials (400): invalid_client"));
        CHECK_THAT(text(error.toC().hint), Catch::Contains("Correct them under Configure"));
    }
    token.body = R"({"user":"ann","password":"x","not_grant_type=":1})";
    CHECK(psa::failureOf(token, refused, "Example PSA").status() == PSA_INTERNAL);
    CHECK(psa::loginFailureOf(token, refused, "Example PSA").status() == PSA_AUTH);
    CHECK(psa::loginFailureOf(token, answered(422, ""), "Example PSA").status() == PSA_AUTH);
    CHECK(psa::loginFailureOf(token, answered(403, ""), "Example PSA").status() == PSA_PERMISSION);
    CHECK(psa::loginFailureOf(token, answered(429, "", 7000), "Example PSA").status() == PSA_RATE_LIMITED);
    CHECK(psa::loginFailureOf(token, answered(503, ""), "Example PSA").status() == PSA_UNAVAILABLE);
    CHECK(psa::loginFailureOf(token, notSent(PSA_HTTP_REASON_DNS), "Example PSA").status() == PSA_UNAVAILABLE);
}

TEST_CASE("the body of a success, which may be a token, does not appear in an error", "[glue]")
{
    const std::string secret = "eyJhbGciOiJub25lIn0";
    for (const bool mutates : {false, true})
        for (const unsigned status : {200U, 201U, 500U})
        {
            const psa::Error error = psa::unusableAnswer(
                request(mutates), answered(status, R"({"token":")" + secret + "\"}"), "Example PSA", "it has no id");
            const psa_error raw = error.toC();
            for (const psa_str each : {raw.user_message, raw.hint, raw.internal_detail, raw.vendor_code, raw.field})
                CHECK_THAT(text(each), !Catch::Contains(secret));
            CHECK_THAT(text(raw.internal_detail), Catch::Contains("HTTP " + std::to_string(status) + ": a body of "));
        }
    CHECK_THAT(
        text(psa::failureOf(request(false), answered(500, "out of memory"), "Example PSA").toC().internal_detail),
        Catch::EndsWith("HTTP 500: out of memory"));
}

TEST_CASE("an error can be given another message", "[glue]")
{
    psa::Error error = psa::failureOf(request(false), answered(404, ""), "Example PSA");
    error.message("There is no tenant \"northwind\".").status(PSA_INVALID_CONFIG);
    CHECK(error.what() == std::string("There is no tenant \"northwind\"."));
    CHECK(text(error.toC().user_message) == error.what());
    CHECK(error.toC().status == PSA_INVALID_CONFIG);
}

TEST_CASE("the warnings of a ticket withheld in a dry run are logged, and otherwise are only in the result", "[glue]")
{
    psa::testing::FakeHost host;
    psa::testing::PluginUnderTest plugin(host, &psa::detail::Trampolines<Clipper>::enter);
    host.on("POST", request(true).url, answered(201, "{}"));
    CHECK(plugin.createTicket("ref-1", "{}").status == PSA_OK);
    CHECK(host.log.empty());
    psa::testing::FakeHost dry;
    psa::testing::PluginUnderTest held(dry, &psa::detail::Trampolines<Clipper>::enter);
    dry.on("POST", request(true).url, notSent(PSA_HTTP_REASON_DRY_RUN));
    CHECK(held.createTicket("ref-1", "{}").status == PSA_CANCELLED);
    REQUIRE(dry.log.size() == 1);
    CHECK_THAT(dry.log.front(), Catch::Contains("The title was clipped. Write less."));
}

TEST_CASE("a search that gets a 404 does not report that the ticket does not exist", "[glue]")
{
    psa::testing::FakeHost host;
    psa::testing::PluginUnderTest plugin(host, &psa::detail::Trampolines<Finder>::enter);
    CHECK(plugin.test().status == PSA_NOT_FOUND);
    const auto found = plugin.findTicket("ref-1");
    CHECK(found.status == PSA_UNAVAILABLE);
    CHECK_THAT(found.message, Catch::Contains("404"));
}
