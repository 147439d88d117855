// Secrets that a plugin gets while it runs: what the host shows, records and keeps of them.
#include "host/connection/call_recorder.h"
#include "host/connection/connection.h"
#include "host/delivery/attempt_record.h"
#include "host/json/strict_json.h"
#include "host/net/recording.h"
#include "host/net/secret_registry.h"
#include "host/observe/log.h"
#include "host/plugin/loaded_plugin.h"
#include "tests/faults/fault_plugin.h"
#include "tests/support/manual_clock.h"
#include "tests/support/test_folder.h"

#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>

using namespace psa::clock;
using namespace psa::connection;
using namespace psa::net;
using namespace psa::plugin;
using psa::test::faultPlugin;
using psa::test::Lines;
using psa::test::ManualClock;

namespace {

constexpr const char *token = "eyJhbGciOi-4711-c4n4ry";
constexpr const char *tokenAnswer =
    R"({"access_token":"eyJhbGciOi-4711-c4n4ry","token_type":"Bearer","expires_in":3600,"refresh_token":"c4n4ry-refresh"})";

/// A PSA that hands out a token, and tells the signed-in user if it gets it.
class TokenPsa : public Transport
{
public:
    int signIns = 0;
    int refused = 0;

    HttpResponse exchange(const HttpsUrl &, const HttpRequest &request, const Stop &) override
    {
        HttpResponse response;
        response.delivery = Delivery::answered;
        response.status = 200;
        if (request.url.ends_with("/token"))
        {
            ++signIns;
            response.body = tokenAnswer;
            response.headers = {{"Set-Cookie", "session=c4n4ry-cookie"}, {"Content-Type", "application/json"}};
            return response;
        }
        const bool isSignedIn = !request.headers.empty() && request.headers[0].value == std::string("Bearer ") + token;
        refused += isSignedIn ? 0 : 1;
        response.status = isSignedIn ? 200 : 401;
        response.body = isSignedIn ? "Jane" : "nobody";
        return response;
    }
};

/// A connection to that PSA, with a plugin that signs in.
struct SignedIn
{
    std::shared_ptr<TokenPsa> psa = std::make_shared<TokenPsa>();
    std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>();
    std::shared_ptr<Lines> lines = std::make_shared<Lines>();
    ConnectionRuntime runtime;
    std::unique_ptr<Connection> connection;
    std::shared_ptr<psa::delivery::ExchangeLog> audit = std::make_shared<psa::delivery::ExchangeLog>();

    explicit SignedIn(const std::string &how = "well", TransportMaker transport = nullptr)
    {
        runtime.clock = clock;
        runtime.egress.allowedHosts = {"psa.allowed.example"};
        runtime.budgets = std::make_shared<BudgetRegistry>(clock);
        runtime.log = std::make_shared<psa::observe::Log>(
            psa::observe::LogConfig{psa::observe::LogFormat::text, PSA_LOG_INFO}, clock,
            [write = Lines::log(lines)](std::string_view line) { write(PSA_LOG_INFO, std::string(line)); });
        if (!transport)
            transport = [psa = psa](const std::shared_ptr<const SecretRegistry> &) { return psa; };
        connect(how, transport);
    }

    void connect(const std::string &how, const TransportMaker &transport)
    {
        Poco::JSON::Object::Ptr values = new Poco::JSON::Object;
        values->set("how", how);
        connection = std::make_unique<Connection>(
            runtime, ConnectionSettings{"acme", faultPlugin("uses_secrets"), values}, nullptr, transport);
    }

    CallOptions options() const
    {
        CallOptions made;
        made.observer = [audit = audit](const Exchange &exchange) { audit->add(exchange); };
        return made;
    }

    CallOutcome test() const { return connection->test(options()); }
    std::string log() const { return lines->text(); }
};

std::string contentOf(const std::filesystem::path &file)
{
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

} // namespace

TEST_CASE("a token in a response that contains secrets is in no log line, no error and no audit row")
{
    const SignedIn connected("shout");
    const CallOutcome outcome = connected.test();
    REQUIRE(outcome.error);
    CHECK(outcome.error->message == "the token is [redacted]");
    CHECK_THAT(connected.log(), Catch::Contains("the token is [redacted]"));
    CHECK_THAT(connected.log() + connected.audit->toJson(), !Catch::Contains("c4n4ry"));
    CHECK(connected.connection->redact(std::string("Bearer ") + token) == "Bearer [redacted]");
}

TEST_CASE("a recording keeps the shape of a response with secrets, and a replay signs in with it")
{
    const psa::test::TestFolder folder;
    const std::filesystem::path file = folder.path() / "run.jsonl";
    const SignedIn recorded;
    CallOptions options = recorded.options();
    options.recorder = std::make_shared<CallRecorder>(file, recorded.clock);
    const CallOutcome outcome = recorded.connection->test(options);
    CHECK_THAT(outcome.result, Catch::Contains("signed in as Jane"));
    CHECK(options.recorder->trouble().empty());
    const std::string text = contentOf(file);
    CHECK_THAT(text, !Catch::Contains("c4n4ry"));
    CHECK_THAT(text, Catch::Contains(R"("secretAnswer":true)") &&
                         Catch::Contains(R"(\"access_token\":\"[redacted]\",\"expires_in\":3600)") &&
                         Catch::Contains(R"(\"token_type\":\"Bearer\")"));

    const SignedIn replayed("well", [&](const std::shared_ptr<const SecretRegistry> &secrets) {
        return std::make_shared<ReplayTransport>(file, secrets);
    });
    CHECK_THAT(replayed.test().result, Catch::Contains("signed in as Jane"));
}

TEST_CASE("a text that a plugin learns is redacted from then on, in every call of the connection")
{
    const SignedIn connected("learn");
    CHECK(connected.test().ok());
    CHECK_THAT(connected.log(), Catch::Contains("one-time-code before") && Catch::Contains("[redacted] after") &&
                                    !Catch::Contains("one-time-code after"));
    connected.runtime.log->write(PSA_LOG_ERROR, "the host says one-time-code");
    CHECK_THAT(connected.log(), Catch::Contains("the host says [redacted]"));
}

TEST_CASE("a kept secret signs in every instance of the connection, until it expires or the connection changes")
{
    SignedIn connected;
    CHECK(connected.test().ok());
    CHECK(connected.test().ok());
    CHECK(connected.psa->signIns == 1);
    CHECK_THAT(connected.connection->createTicket("K7", "{}").result, Catch::Contains("0 of 22 bytes"));
    connected.clock->advance(std::chrono::seconds(60));
    CHECK_THAT(connected.connection->createTicket("K8", "{}").result, Catch::Contains("5 of 0 bytes"));
    CHECK(connected.test().ok());
    CHECK(connected.psa->signIns == 2);
    connected.connect("well", [psa = connected.psa](const std::shared_ptr<const SecretRegistry> &) { return psa; });
    CHECK_THAT(connected.connection->createTicket("K9", "{}").result, Catch::Contains("5 of 0 bytes"));
    CHECK(connected.psa->refused == 0);
}

TEST_CASE("a use of psa.secrets/1 beyond its limits is refused, and the log says which and not what")
{
    const SignedIn connected("wrong");
    CHECK_THAT(connected.test().result, Catch::Contains("13 13 13 13 13 13 13 0"));
    CHECK_THAT(connected.log(), Catch::Contains("a text to learn that does not have 4 to 16384 bytes") &&
                                    Catch::Contains("exceeds the limits in psa/secrets.h") &&
                                    Catch::Contains("without a callback or a key of 1 to 200 bytes") &&
                                    !Catch::Contains("abc"));
}

TEST_CASE("configure has no connection whose secrets could be learned, and the log says so")
{
    const SignedIn connected("in configure");
    const CallOutcome outcome = connected.test();
    REQUIRE(outcome.error);
    CHECK(outcome.error->message == "the host does not learn in configure");
    CHECK_THAT(connected.log(), Catch::Contains("uses psa.secrets/1 in a verb that has no connection"));
}
