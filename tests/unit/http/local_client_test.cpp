// What a command reports if a running psa-host does not answer properly.
#include "host/http/local_client.h"
#include "tests/support/local_peer.h"
#include "tests/support/test_folder.h"

#include <catch2/catch.hpp>

#include <atomic>

using namespace psa::http;
using psa::test::LocalPeer;
using psa::test::TestFolder;

namespace {

ApiRequest toTickets(const char *method, std::string body = "")
{
    ApiRequest request;
    request.method = method;
    request.path = "/v1/tickets";
    request.body = std::move(body);
    return request;
}

HostUnreachable failureOf(const std::string &path, const ApiRequest &request)
{
    try
    {
        const ApiResponse answer = askLocal(path, request);
        FAIL("it was answered: " << answer.status << ' ' << answer.body);
    }
    catch (const HostUnreachable &error)
    {
        return error;
    }
    throw std::logic_error("not reached");
}

} // namespace

TEST_CASE("a request that nobody received did nothing", "[local]")
{
    const TestFolder folder(TestFolder::inMemory());
    const HostUnreachable error = failureOf(folder.path() / "nobody", toTickets("POST", "{}"));
    CHECK(!error.mayBeDone);
    CHECK_THAT(error.what(), Catch::Contains("Nothing was changed"));
}

TEST_CASE("a change whose response is lost, truncated or not HTTP may have been done, and a read did nothing",
          "[local]")
{
    const TestFolder folder(TestFolder::inMemory());
    const std::string path = folder.path() / "socket";
    const std::string answer =
        GENERATE(as<std::string>(), "", "HTTP/1.1 202 Acc",
                 "HTTP/1.1 202 Accepted\r\nContent-Length: 20\r\n\r\n{\"id\":", "nothing that is HTTP\r\n\r\n");
    CAPTURE(answer);
    std::atomic<std::size_t> came = 0;
    const LocalPeer peer(path, [&](const std::string &request) {
        came = request.size();
        return answer;
    });
    const std::string body = GENERATE(std::string("{}"), std::string(300'000, 'x')); // in one piece and in many
    const HostUnreachable error = failureOf(path, toTickets("POST", body));
    CHECK(error.mayBeDone);
    CHECK_THAT(error.what(), Catch::Contains("may have carried it out"));
    CHECK(came > body.size()); // all of it had arrived
    CHECK(!failureOf(path, toTickets("GET")).mayBeDone);
}

TEST_CASE("a complete response is passed on", "[local]")
{
    const TestFolder folder(TestFolder::inMemory());
    const std::string path = folder.path() / "socket";
    const LocalPeer peer(path, [](const std::string &) {
        return "HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 8\r\n\r\n{\"id\":7}";
    });
    const ApiResponse answer = askLocal(path, toTickets("POST", "{}"));
    CHECK(answer.status == 202);
    CHECK(answer.body == R"({"id":7})");
}
