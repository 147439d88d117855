// Which recorded answer a request of another build gets, and which differences are reported.
#include "host/net/https_url.h"
#include "host/net/secret_registry.h"
#include "host/replay/replay_run.h"

#include <catch2/catch.hpp>

using namespace psa::net;
using namespace psa::replay;

namespace {

HttpRequest request(const std::string &method, const std::string &path, const std::string &body = "")
{
    HttpRequest made;
    made.method = method;
    made.url = "https://psa1.example.com" + path;
    made.body = body;
    made.mutates = method == "POST";
    return made;
}

/// A replay of one call, whose recorded answers are numbered.
struct Replay
{
    std::shared_ptr<SecretRegistry> secrets = std::make_shared<SecretRegistry>();
    MatchingTransport transport{secrets};

    explicit Replay(const std::vector<HttpRequest> &recorded)
    {
        RecordedCall call;
        for (const HttpRequest &each : recorded)
        {
            Exchange exchange;
            exchange.request = each;
            exchange.response.delivery = Delivery::answered;
            exchange.response.body = "answer " + std::to_string(call.exchanges.size());
            call.exchanges.push_back(exchange);
        }
        transport.begin(call);
    }

    /// The body of the answer, or the reason why there is none.
    std::string send(const HttpRequest &sent)
    {
        const HttpResponse response = transport.exchange(HttpsUrl::parse(sent.url), sent, {});
        return response.delivery == Delivery::answered ? response.body : response.detail;
    }

    /// "kind request where: before -> after" of each difference, one per line.
    std::string differences()
    {
        std::string text;
        for (const RunDifference &each : transport.end())
        {
            text += std::string(toText(each.kind)) + " " + each.request + " " + each.where;
            text += ": " + each.before + " -> " + each.after + "\n";
        }
        return text;
    }
};

} // namespace

TEST_CASE("the same requests in the same order are no difference")
{
    Replay replay({request("GET", "/a"), request("GET", "/a"), request("POST", "/t", R"({"x":1,"y":2})")});
    CHECK(replay.send(request("GET", "/a")) == "answer 0");
    CHECK(replay.send(request("GET", "/a")) == "answer 1");
    CHECK(replay.send(request("POST", "/t", R"({ "y":2, "x":1 })")) == "answer 2");
    CHECK(replay.differences().empty());
}

TEST_CASE("a slightly different request still gets the response")
{
    Replay replay({request("GET", "/v1.0/items/15?page=1")});
    SECTION("another query")
    {
        CHECK(replay.send(request("GET", "/v1.0/items/15?page=2")) == "answer 0");
        CHECK(replay.differences() == "url GET https://psa1.example.com/v1.0/items/15?page=1 : "
                                      "https://psa1.example.com/v1.0/items/15?page=1 -> "
                                      "https://psa1.example.com/v1.0/items/15?page=2\n");
    }
    SECTION("another version, id and zone")
    {
        HttpRequest sent = request("GET", "/v2.10/items/9");
        sent.url.replace(sent.url.find("psa1"), 4, "psa22");
        CHECK(replay.send(sent) == "answer 0");
        CHECK_THAT(replay.differences(), Catch::StartsWith("url "));
    }
    SECTION("another method")
    {
        HttpRequest sent = request("GET", "/v1.0/items/15?page=1");
        sent.method = "PUT";
        CHECK(replay.send(sent) == "answer 0");
        CHECK_THAT(replay.differences(), Catch::StartsWith("method ") && Catch::Contains(": GET -> PUT\n"));
    }
    SECTION("another path is another request")
    {
        CHECK_THAT(replay.send(request("GET", "/v1.0/things/15")), Catch::Contains("no unused exchange"));
        CHECK(replay.differences() == "extra request GET https://psa1.example.com/v1.0/things/15 :  -> \n"
                                      "missing request GET https://psa1.example.com/v1.0/items/15?page=1 :  -> \n");
    }
}

TEST_CASE("an exact match takes precedence over a similar one, whatever comes first")
{
    Replay replay({request("GET", "/items/1"), request("GET", "/items/2")});
    CHECK(replay.send(request("GET", "/items/2")) == "answer 1");
    CHECK(replay.send(request("GET", "/items/1")) == "answer 0");
    CHECK(replay.differences() == "order GET https://psa1.example.com/items/1 :  -> \n");
}

TEST_CASE("headers, flags and bodies are compared, secrets as if they were equal")
{
    HttpRequest recorded = request("POST", "/t", "plain text of old");
    recorded.headers = {{"Secret", "[redacted]"}, {"Accept", "a"}, {"Gone", "x"}};
    Replay replay({recorded});
    replay.secrets->learn("the-new-secret");
    HttpRequest sent = request("POST", "/t", "plain text of new");
    sent.headers = {{"accept", "b"}, {"secret", "the-new-secret", true}, {"New", "with the-new-secret in it"}};
    sent.mutates = false;
    sent.secretAnswer = true;
    CHECK(replay.send(sent) == "answer 0");
    const std::string at = " POST https://psa1.example.com/t ";
    CHECK(replay.differences() == "mutates" + at + ": true -> false\nsecret answer" + at + ": false -> true\nheader" +
                                      at + "accept: a -> b\nheader" + at + "gone: x -> \nheader" + at +
                                      "new:  -> with [redacted] in it\nbody" + at +
                                      "byte 14: plain text of old -> plain text of new\n");
}

TEST_CASE("requests withheld by a dry run are compared too, although no transport sees them")
{
    Replay replay({request("POST", "/t", "{}"), request("GET", "/a")});
    Exchange withheld{request("POST", "/t", R"({"a":1})"), {}};
    withheld.response.reason = Reason::dryRun;
    replay.transport.observe(withheld);
    replay.send(request("GET", "/a"));
    replay.transport.observe({request("GET", "/a"), {}}); // it has already seen
    CHECK(replay.differences() == "body POST https://psa1.example.com/t /a:  -> 1\n");
}
