// The store loses acknowledged data, by damage after a crash or by a rollback of the whole machine: no ticket is
// duplicated, and the missing ones are listed.
#include "tests/chaos/world.h"
#include "tests/support/run_program.h"

#include "host/json/strict_json.h"
#include "sandbox/common/simulator.h"

#include <catch2/catch.hpp>

#include <Poco/JSON/Array.h>

#include <fstream>
#include <set>

using namespace psa::test::chaos;
using Poco::JSON::Object;
using psa::test::ProgramResult;
using psa::test::runProgram;
using namespace std::chrono_literals;

namespace {

constexpr int handedIn = 60;

std::string contentOf(const std::filesystem::path &file)
{
    std::ifstream content(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(content), {}};
}

/// Writes to the existing file, so that its inode stays the same.
void overwrite(const std::filesystem::path &file, const std::string &content)
{
    std::ofstream(file, std::ios::binary | std::ios::trunc) << content;
}

/// Submits tickets and kills psa-host while some have been sent, some are being sent and some wait. Reference by
/// number.
std::map<std::int64_t, std::string> killUnderWay(World &world)
{
    world.psa().simulator->addFault(R"({"match":{"method":"POST"},"fault":{"kind":"delay","ms":40,"when":"after"}})");
    REQUIRE(world.begin());
    std::map<std::int64_t, std::string> acknowledged;
    for (int i = 0; i < handedIn; ++i)
    {
        const psa::http::ApiResponse answer = world.ask("POST", "/v1/tickets", world.ticketRequest(i));
        REQUIRE(answer.status == 202);
        const Object::Ptr ticket = psa::json::parseStrict(answer.body).extract<Object::Ptr>();
        acknowledged[ticket->getValue<std::int64_t>("id")] = ticket->getValue<std::string>("reference");
    }
    world.kill();
    world.psa().simulator->clearFaults();
    return acknowledged;
}

/// The numbers that the audit log lists as missing.
std::set<std::int64_t> namedMissing(const World &world)
{
    std::set<std::int64_t> missing;
    const auto page = psa::json::parseStrict(world.ask({"GET", "/v1/audit", {{"limit", "1000"}}, {}, "", {}, {}}).body)
                          .extract<Object::Ptr>();
    const auto entries = page->getArray("entries");
    for (unsigned i = 0; i < entries->size(); ++i)
    {
        const Object::Ptr entry = entries->getObject(i);
        if (entry->getValue<std::string>("action") != "store.restored" ||
            !entry->getObject("detail")->has("firstMissing"))
            continue;
        const Object::Ptr detail = entry->getObject("detail");
        for (auto id = detail->getValue<std::int64_t>("firstMissing");
             id <= detail->getValue<std::int64_t>("lastMissing"); ++id)
            missing.insert(id);
    }
    return missing;
}

void checkNothingTwice(const World &world)
{
    for (const auto &[reference, count] : world.psa().truth())
    {
        CAPTURE(reference);
        CHECK((count == 1 || reference.empty()));
    }
}

ProgramResult declareRestored(const World &world)
{
    return runProgram(PSA_HOST, {"--config", (world.folder().path() / "psa-host.toml").string(), "store", "restored"});
}

} // namespace

TEST_CASE("a log damaged after a crash duplicates no ticket, and each acknowledged one is done or listed as missing",
          "[damage]")
{
    const std::string how = GENERATE("removed", "cut", "bit flipped");
    CAPTURE(how);
    World world(autotask());
    const auto acknowledged = killUnderWay(world);
    const std::filesystem::path file = world.folder().path() / "state/store.db-wal";
    std::string log = contentOf(file);
    REQUIRE(log.size() > 200000);
    if (how == "removed")
        std::filesystem::remove(file);
    else if (how == "cut")
        overwrite(file, log.substr(0, log.size() * 2 / 3));
    else
    {
        log[log.size() / 2] ^= 4;
        overwrite(file, log);
    }
    REQUIRE(world.begin());
    REQUIRE(world.awaitIdle(20s));
    const std::set<std::int64_t> missing = namedMissing(world);
    CHECK(!missing.empty());
    CHECK_THAT(world.logged(), Catch::Contains("needs a human: The store may be older"));
    const auto truth = world.psa().truth();
    for (const auto &[id, reference] : acknowledged)
    {
        const auto answer = world.ask("GET", "/v1/tickets/" + std::to_string(id));
        CAPTURE(id, answer.body);
        REQUIRE(answer.status == (missing.contains(id) ? 404 : 200));
        if (missing.contains(id))
            continue;
        CHECK(answer.body.find(reference) != std::string::npos);
        CHECK(answer.body.find(R"("state":"done")") != std::string::npos);
        CHECK(truth.contains(reference));
    }
    checkNothingTwice(world);
    const auto next = world.ask("POST", "/v1/tickets", world.ticketRequest(handedIn));
    REQUIRE(next.status == 202);
    CHECK(psa::json::parseStrict(next.body).extract<Object::Ptr>()->getValue<std::int64_t>("id") >
          acknowledged.rbegin()->first);
}

TEST_CASE("a machine that was rolled back to a snapshot duplicates no ticket, once its operator has declared it",
          "[damage]")
{
    World world(autotask());
    const auto acknowledged = killUnderWay(world);
    const std::filesystem::path state = world.folder().path() / "state";
    std::map<std::filesystem::path, std::string> snapshot;
    for (const char *name : {"store.db", "store.db-wal", "epoch", "mark"})
        snapshot[state / name] = contentOf(state / name);
    REQUIRE(world.begin());
    const ProgramResult refused = declareRestored(world);
    CHECK(refused.exitCode != 0);
    CHECK_THAT(refused.err, Catch::Contains("stop it first"));
    REQUIRE(world.awaitIdle(20s));
    world.kill();
    for (const auto &[file, content] : snapshot)
        overwrite(file, content);
    const ProgramResult done = declareRestored(world);
    CAPTURE(done.err);
    CHECK(done.exitCode == 0);
    CHECK_THAT(done.out, Catch::Contains("are looked up in the PSA before they are sent"));
    REQUIRE(world.begin());
    REQUIRE(world.awaitIdle(20s));
    for (const Object::Ptr &ticket : world.tickets())
        CHECK(ticket->getValue<std::string>("state") == "done");
    CHECK(world.tickets().size() == acknowledged.size());
    checkNothingTwice(world);
}
