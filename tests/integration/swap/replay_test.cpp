// A recorded run, repeated with the build that recorded it (no difference) and with another (each kind of difference).
#include "host/json/strict_json.h"
#include "tests/integration/swap/operator.h"

#include <catch2/catch.hpp>

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <sstream>

using Catch::Contains;
using Poco::JSON::Object;
using psa::test::Operator;
using psa::test::ProgramResult;

namespace {

/// An operator who recorded a ticket with build 1 the day before.
struct Yesterday : Operator
{
    std::string recording = path("yesterday.jsonl");
    std::string two;

    Yesterday()
    {
        install(SWAP_1, "swap-1.so");
        two = install(SWAP_2, "swap-2.so");
        const ProgramResult created =
            run({"ticket", "create", "--connection", connection("com.example.swap@1.0.0"), "--title", "A", "--company",
                 "0", "--key", "alert-1", "--record", recording});
        INFO(created.err);
        REQUIRE(created.exitCode == 0);
    }

    ProgramResult replay(std::vector<std::string> more = {}) const
    {
        more.insert(more.begin(), {"plugins", "replay", "--recording", recording, "--connection", path("swap.toml")});
        return run(more);
    }
};

/// "url POST https://...", "body POST https://... /title" of each difference of call `index`, one per line.
std::string differencesOf(const Object &report, unsigned index)
{
    std::string text;
    const auto differences = report.getArray("calls")->getObject(index)->getArray("differences");
    for (unsigned i = 0; i < differences->size(); ++i)
    {
        const Object::Ptr each = differences->getObject(i);
        text += each->getValue<std::string>("kind");
        for (const char *const key : {"request", "where"})
            if (each->has(key))
                text += " " + each->getValue<std::string>(key);
        text += "\n";
    }
    return text;
}

std::string contentOf(const std::string &file)
{
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

} // namespace

TEST_CASE("the build that recorded a run replays it without a difference")
{
    const Yesterday yesterday;
    const ProgramResult same = yesterday.replay();
    INFO(same.err);
    CHECK(same.exitCode == 0);
    CHECK_THAT(same.out, Contains("Recorded with com.example.swap@1.0.0, replayed with com.example.swap@1.0.0.") &&
                             Contains("call 1 find_ticket: 1 requests recorded, no differences") &&
                             Contains("call 2 create_ticket: 3 requests recorded, no differences") &&
                             Contains("call 3 read_ticket: 2 requests recorded, no differences") &&
                             Contains("No difference in 3 calls."));
    CHECK_THAT(contentOf(yesterday.recording), !Contains(Operator::key));
}

TEST_CASE("another build replays it, and every kind of difference is shown")
{
    const Yesterday yesterday;
    const ProgramResult other = yesterday.replay({"--plugin", yesterday.two, "--json"});
    INFO(other.out << other.err);
    REQUIRE(other.exitCode == 9);
    const auto report = psa::json::parseStrict(other.out).extract<Object::Ptr>();
    CHECK(report->getValue<std::string>("recorded") == "com.example.swap@1.0.0");
    CHECK(report->getValue<std::string>("replayed") == "com.example.swap@2.0.0");
    REQUIRE(report->getArray("calls")->size() == 3);
    CHECK_THAT(differencesOf(*report, 0), Catch::StartsWith("method GET https://swap.example.com/v1/search?ref="));
    const std::string post = " POST https://swap.example.com/v1/tickets";
    CHECK(differencesOf(*report, 1) == "order GET https://swap.example.com/v1/companies\n"
                                       "extra request GET https://swap.example.com/v1/users\n"
                                       "url" +
                                           post + "\nheader" + post + " content-type\nbody" + post +
                                           " /priority\nbody" + post + " /source\nbody" + post + " /title\n");
    CHECK(differencesOf(*report, 2) == "mutates GET https://swap.example.com/v1/tickets/7\n"
                                       "missing request GET https://swap.example.com/v1/status\n"
                                       "outcome /mutation\noutcome /result/ticket/number\n");

    const ProgramResult text = yesterday.replay({"--plugin", "com.example.swap@2.0.0"});
    CHECK(text.exitCode == 9);
    CHECK_THAT(text.out, Contains("  outcome /result/ticket/number\n      was  \"T-7\"\n      is   \"N-7\"\n") &&
                             Contains("12 differences in 3 calls."));
}

TEST_CASE("a recording without calls, or an invalid one, is rejected with what to do")
{
    const Yesterday yesterday;
    yesterday.write("yesterday.jsonl",
                    R"({"version":1,"request":{"method":"GET","url":"https://swap.example.com/v1/ping",)"
                    R"("mutates":false,"headers":[],"body":""},"response":{"delivery":2,"reason":0,)"
                    R"("status":200,"headers":[],"body":"fine","detail":"","retryAfterMs":0},)"
                    R"("microseconds":1})"
                    "\n");
    const ProgramResult old = yesterday.replay();
    CHECK(old.exitCode == 1);
    CHECK_THAT(old.err, Contains("contains no plugin calls") && Contains("--record"));
    const ProgramResult still =
        yesterday.run({"connection", "test", yesterday.path("swap.toml"), "--replay", yesterday.recording});
    INFO(still.err);
    CHECK(still.exitCode == 0); // it still works as --replay

    yesterday.write("yesterday.jsonl", "{\"version\":3}\n");
    CHECK_THAT(yesterday.replay().err, Contains("yesterday.jsonl:1: ") && Contains("newer than this psa-host"));
}
