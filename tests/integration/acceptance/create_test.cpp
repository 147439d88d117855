// createTicket that succeeds, for every PSA: what the operator writes, and the ticket that the PSA then has.
#include "psas.h"

#include <Poco/UnicodeConverter.h>

#include <catch2/catch.hpp>

#include <atomic>
#include <thread>

using namespace psa::plugin;
using namespace psa::test;

namespace {

/// As .NET counts.
std::size_t utf16Units(const std::string &value)
{
    Poco::UTF16String wide;
    Poco::UnicodeConverter::convert(value, wide);
    return wide.size();
}

/// Creates a ticket, and returns it as the PSA has it.
Values made(Psa &psa, const std::string &reference, const std::string &document)
{
    const CallOutcome outcome = psa.create(reference, document);
    INFO(describe(outcome));
    REQUIRE(outcome.ok());
    CHECK(warnings(outcome).empty());
    CHECK(outcome.mutation == MutationSeen::answered);
    CHECK(outcome.defects.empty());
    return psa.stored(ticketId(outcome));
}

void checkStored(const Psa &psa, const Values &stored, const std::string &reference)
{
    CHECK(stored.at(psa.facts().referenceField) == reference);
    for (const auto &[name, value] : psa.facts().stored)
    {
        CAPTURE(name);
        REQUIRE(stored.count(name) == 1);
        CHECK(stored.at(name) == value);
    }
}

/// `count` tickets from eight threads; returns how many were created.
std::size_t burst(Psa &psa, const std::string &prefix, int count)
{
    std::atomic<int> next{0};
    std::atomic<std::size_t> created{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i)
        threads.emplace_back([&] {
            for (int number = next++; number < count; number = next++)
                created += psa.create(prefix + std::to_string(number), psa.ticket()).ok() ? 1 : 0;
        });
    for (std::thread &thread : threads)
        thread.join();
    return created;
}

} // namespace

FOR_EACH_PSA("a ticket with ids reaches the PSA in every field, with its reference")
{
    PSA_OF();
    checkStored(psa, made(psa, "psa-host-1", psa.facts().byIds), "psa-host-1");
}

FOR_EACH_PSA("a ticket with labels, in any case, is the same ticket")
{
    PSA_OF();
    checkStored(psa, made(psa, "psa-host-2", psa.facts().byLabels), "psa-host-2");
}

FOR_EACH_PSA("a second ticket with the same labels costs one request")
{
    PSA_OF();
    REQUIRE(psa.create("psa-host-1", psa.facts().byLabels).ok());
    const std::size_t before = psa.simulator().requests();
    REQUIRE(psa.create("psa-host-2", psa.facts().byLabels).ok());
    CHECK(psa.simulator().requests() == before + 1);
}

FOR_EACH_PSA("a created ticket is reported with its id and its URL, and is read back")
{
    PSA_OF();
    const CallOutcome outcome = psa.create("psa-host-1", psa.ticket());
    REQUIRE(outcome.ok());
    CHECK(ticketId(outcome) == psa.lastTicket());
    std::string url = psa.facts().ticketUrl;
    url.replace(url.find("{id}"), 4, ticketId(outcome));
    CHECK(json(outcome.result)->getObject("ticket")->getValue<std::string>("url") == url);
    const CallOutcome read = psa.read(ticketId(outcome));
    INFO(describe(read));
    REQUIRE(read.ok());
    const auto ticket = json(read.result)->getObject("ticket");
    CHECK(ticket->getValue<std::string>("id") == ticketId(outcome));
    CHECK(ticket->getValue<std::string>("url") == url);
    CHECK(!ticket->getValue<std::string>("number").empty());
    CHECK(!ticket->getValue<std::string>("status").empty());
}

FOR_EACH_PSA("a title that is too long is truncated with a warning, and the description starts with the full title")
{
    PSA_OF();
    std::string title; // UTF-8, and characters of two UTF-16 units.
    for (int i = 0; i < 30; ++i)
        title += std::string(i == 0 ? "" : " ") + "Plattenüberlauf 💾";
    const CallOutcome outcome =
        psa.create("psa-host-1", psa.ticket(R"({"title": ")" + title + R"(", "description": "Free some space."})"));
    INFO(describe(outcome));
    REQUIRE(outcome.ok());
    const std::size_t limit = psa.facts().titleLimit;
    CHECK(warnings(outcome) ==
          std::vector<std::string>{"The title is longer than the " + std::to_string(limit) + " characters that " +
                                   psa.facts().name +
                                   " allows and was truncated; the description starts with the full title."});
    const Values stored = psa.stored(ticketId(outcome));
    const std::string &clipped = stored.at(psa.facts().titleField);
    CHECK_THAT(clipped, Catch::EndsWith(" […]"));
    CHECK(utf16Units(clipped) <= limit);
    CHECK(utf16Units(clipped) + 2 > limit);
    CHECK(stored.at(psa.facts().textField) == title + "\n\nFree some space.");
}

FOR_EACH_PSA("a response with a wrong content type or a slow head, but in time, is valid")
{
    PSA_OF();
    psa.faultCreate(GENERATE(R"({"kind": "wrong-content-type"})", R"({"kind": "slow-headers", "ms": 300})"));
    const CallOutcome outcome = psa.create("psa-host-1", psa.ticket());
    INFO(describe(outcome));
    REQUIRE(outcome.ok());
    CHECK(ticketId(outcome) == psa.lastTicket());
}

FOR_EACH_PSA("a burst costs one request per ticket and fails no login")
{
    constexpr int count = 50;
    constexpr std::size_t instances = 2;
    PSA_OF();
    CHECK(burst(psa, "first-", count) == count);
    CHECK(psa.creates() == count);
    // Each of the two instances may have started before the other had anything to share.
    CHECK(psa.simulator().requests() <= count + instances * psa.facts().readsPerInstance);

    const std::size_t before = psa.simulator().requests();
    CHECK(burst(psa, "second-", count) == count);
    CHECK(psa.simulator().requests() - before == count);
    for (int i = 0; i < count; ++i)
    {
        CHECK(psa.ticketsWith("first-" + std::to_string(i)) == 1);
        CHECK(psa.ticketsWith("second-" + std::to_string(i)) == 1);
    }
    CHECK(psa.failedLogins() == 0);
}

FOR_EACH_PSA("a burst after a passed test has nothing left to look up")
{
    constexpr int count = 20;
    PSA_OF();
    REQUIRE(psa.test().ok());
    const std::size_t before = psa.simulator().requests();
    CHECK(burst(psa, "first-", count) == count);
    CHECK(psa.simulator().requests() - before == count);
}

FOR_EACH_PSA("a server that closes each connection after its response loses no ticket")
{
    PSA_OF();
    psa.simulator().setSwitch("http.idleMs", "0");
    for (int i = 0; i < 5; ++i)
        CHECK(psa.create("psa-host-" + std::to_string(i), psa.ticket()).ok());
    CHECK(psa.creates() == 5);
}
