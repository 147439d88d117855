// What needs a human reaches one: by a webhook over real TLS, by a command, and in spite of failures on the way.
#include "host/notify/notifier.h"
#include "tests/support/test_folder.h"
#include "tests/unit/net/wire.h"

#include <catch2/catch.hpp>

#include <sys/stat.h>

#include <fstream>

using namespace psa::notify;
using namespace psa::test;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

Notice deadTicket()
{
    return {"ticket.dead", "acme", 7, "PH-ABC", "invalid_ticket", "The queue \"X\" is not there."};
}

constexpr const char *deadTicketJson = R"({"kind":"ticket.dead","connection":"acme","ticket":7,"reference":"PH-ABC",)"
                                       R"("code":"invalid_ticket","text":"The queue \"X\" is not there."})";

/// What a notifier has logged.
struct Log
{
    std::mutex mutex;
    std::vector<std::string> lines;
    std::vector<std::string> subjects; ///< Connection and reference that each line is about.

    NoticeLog sink()
    {
        return [this](const std::string &line, const Notice &about) {
            const std::lock_guard lock(mutex);
            lines.push_back(line);
            subjects.push_back(about.connection + ' ' + about.reference);
        };
    }
};

/// Sends `notice` through `sinks`, and waits until all have been tried.
std::vector<std::string> told(const std::vector<NotificationSink> &sinks, const Notice &notice = deadTicket())
{
    Log log;
    {
        Notifier notifier(sinks, log.sink(), 1ms);
        notifier.tell(notice);
    }
    return log.lines;
}

/// A sink that counts, and fails the first `failures` times.
NotificationSink failing(int failures, std::vector<std::string> &got)
{
    return [failures, &got](const std::string &json) {
        got.push_back(json);
        return static_cast<int>(got.size()) <= failures ? std::string("nobody there") : std::string();
    };
}

/// A program that runs `script` with the notice as input.
std::string program(const TestFolder &folder, const std::string &script)
{
    const auto path = folder.path() / "tell";
    std::ofstream(path) << "#!/bin/sh\n" << script << "\n";
    chmod(path.c_str(), 0700);
    return path.string();
}

} // namespace

TEST_CASE("a webhook gets the notice as one JSON object")
{
    TlsServer server(serverOptions(), respond::ok());
    const Wire wire(server.port());
    const auto lines =
        told(makeNotificationSinks({"https://psa.allowed.example/hook?token=of-the-operator", {}}, wire.runtime));
    REQUIRE(server.requests().size() == 1);
    const ReceivedRequest request = server.requests()[0];
    CHECK(request.method == "POST");
    CHECK(request.target == "/hook?token=of-the-operator");
    CHECK(request.headers.get("Content-Type") == "application/json");
    CHECK(request.body == deadTicketJson);
    REQUIRE(lines.size() == 1);
    CHECK(lines[0] == "needs a human: ticket 7: The queue \"X\" is not there.");
}

TEST_CASE("a webhook that fails is tried three times and then logged, without its address, which may be its password")
{
    TlsServer server(serverOptions(), respond::status(500));
    const Wire wire(server.port());
    const auto sinks =
        makeNotificationSinks({"https://psa.allowed.example/hook?token=of-the-operator", {}}, wire.runtime);
    Log log;
    {
        Notifier notifier(sinks, log.sink(), 1ms);
        notifier.tell(deadTicket());
        CHECK(server.waitUntil([](const ServerCounts &counts) { return counts.requests == Notifier::attempts; }));
    }
    CHECK(server.counts().requests == Notifier::attempts);
    REQUIRE(log.lines.size() == 2);
    CHECK_THAT(log.lines[1], Contains("psa.allowed.example answered with HTTP 500") && !Contains("of-the-operator"));
}

TEST_CASE("a webhook that resolves to a private address is rejected like a PSA")
{
    const Wire wire(1);
    wire.runtime->connectTo.clear(); // the name resolves to 127.0.0.1
    const auto lines = told(makeNotificationSinks({"https://psa.allowed.example/hook", {}}, wire.runtime));
    REQUIRE(lines.size() == 2);
    CHECK_THAT(lines[1], Contains("did not arrive") && Contains("127.0.0.1"));
}

TEST_CASE("a command gets the notice on its input")
{
    const TestFolder folder;
    const std::string file = (folder.path() / "got").string();
    const auto lines = told(makeNotificationSinks({"", {program(folder, "cat > \"$1\""), file}}, nullptr));
    CHECK(lines.size() == 1);
    std::ifstream in(file);
    CHECK(std::string(std::istreambuf_iterator<char>(in), {}) == deadTicketJson);
}

TEST_CASE("a command that fails, or is missing, is logged with its name and how it ended")
{
    const TestFolder folder;
    const auto failed = told(makeNotificationSinks({"", {program(folder, "exit 3")}}, nullptr));
    REQUIRE(failed.size() == 2);
    CHECK_THAT(failed[1], Contains("tell ended with exit code 3"));
    const auto killed = told(makeNotificationSinks({"", {program(folder, "kill -9 $$")}}, nullptr));
    REQUIRE(killed.size() == 2);
    CHECK_THAT(killed[1], Contains("signal 9"));
    const auto missing = told(makeNotificationSinks({"", {"/nowhere/tell"}}, nullptr));
    REQUIRE(missing.size() == 2);
    CHECK_THAT(missing[1], Contains("did not arrive"));
}

TEST_CASE("a failing sink is retried, and does not block the next one")
{
    std::vector<std::string> first;
    std::vector<std::string> second;
    Log log;
    const auto gate = std::make_shared<Gate>();
    {
        Notifier notifier({failing(2, first),
                           [&](const std::string &json) {
                               second.push_back(json);
                               gate->open();
                               return std::string();
                           }},
                          log.sink(), 1ms);
        notifier.tell(deadTicket());
        gate->wait(); // until its attempts are over: ending a notifier skips the waits between them
    }
    CHECK(first.size() == 3);
    CHECK(second.size() == 1);
    CHECK(log.lines.size() == 1);
}

TEST_CASE("a search of the log for a connection or a ticket finds its notices, and those that did not arrive")
{
    Log log;
    std::vector<std::string> got;
    {
        Notifier notifier({failing(Notifier::attempts, got)}, log.sink(), 1ms);
        notifier.tell(deadTicket());
    }
    CHECK(log.subjects == std::vector<std::string>(2, "acme PH-ABC"));
}

TEST_CASE("a hung sink does not block callers, and notices above the memory limit are only logged")
{
    const auto gate = std::make_shared<Gate>();
    std::atomic<std::size_t> got{0};
    Log log;
    {
        Notifier notifier({[&](const std::string &) {
                              ++got;
                              gate->wait();
                              return std::string();
                          }},
                          log.sink(), 1ms);
        for (std::size_t i = 0; i < Notifier::maxWaiting + 50; ++i)
            notifier.tell(deadTicket());
        gate->open();
    }
    CHECK(got <= Notifier::maxWaiting + 1);
    CHECK(got >= Notifier::maxWaiting);
    CHECK(log.lines.size() == Notifier::maxWaiting + 50);
}
