#include "tests/sandbox/client.h"

#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/StreamCopier.h>
#include <catch2/catch.hpp>

#include <future>
#include <thread>

using namespace psa::sandbox;
using namespace std::chrono_literals;

namespace {

/// Calls that the sandbox does not answer until it ends; returns when all are in progress.
std::vector<std::future<void>> hold(const Running &run, const std::string &path, int count)
{
    std::vector<std::future<void>> calls;
    for (int i = 0; i < count; ++i)
        calls.push_back(std::async(std::launch::async, [client = run.client, path] {
            try
            {
                client.get(path);
            }
            catch (const Poco::Exception &) // Expected: there is no answer. Assertions must not run on this thread.
            {
                return;
            }
            throw std::logic_error("the sandbox answered a call that it should hold");
        }));
    while (run.sandbox.truth().maxAtOnce < count)
        std::this_thread::yield();
    return calls;
}

} // namespace

TEST_CASE("A fourth request at once for one entity is a 429; another entity is free")
{
    std::vector<std::future<void>> held;
    Running run; // Ends before the calls that it holds are awaited.
    run.sandbox.addFault(R"({"match": {"route": "/Tickets/1$"}, "fault": {"kind": "hang"}})");
    held = hold(run, base + "Tickets/1", 3);
    const Reply refused = run.client.get(base + "Tickets/2");
    CHECK(refused.status == 429);
    CHECK(refused.error() == "The Autotask API thread threshold of 3 threads has been exceeded. Method: Get");
    CHECK(run.client.get(base + "Companies/0").status == 200);
    CHECK(run.client.get(base + "ZoneInformation?user=vectis@APIUSER.com").status == 200);
    run.sandbox.setSwitch("limit.threadStatus", "503");
    run.sandbox.setSwitch("limit.retryAfter", "7");
    const Reply other = run.client.get(base + "Tickets/2");
    CHECK(other.status == 503);
    CHECK(other.headers.at("retry-after") == "7");
    run.sandbox.setSwitch("limit.threads", "0");
    CHECK(run.client.get(base + "Tickets/2").status == 200);
    CHECK(run.sandbox.truth().maxAtOnce == 4);
}

TEST_CASE("Calls over the hour's limit are refused until the hour has rolled on")
{
    Running run;
    run.sandbox.setSwitch("limit.hourly", "2");
    run.sandbox.setSwitch("limit.enforced", "true");
    CHECK(run.client.get(base + "Version").status == 200);
    CHECK(run.client.get(base + "Version").status == 200);
    CHECK(run.client.get(base + "Version").status == 429);
    run.sandbox.setSwitch("limit.hourlyAnswer", "500");
    const Reply html = run.client.get(base + "Version");
    CHECK(html.status == 500);
    CHECK(html.contentType.rfind("text/html", 0) == 0);
    run.sandbox.advance(61min);
    CHECK(run.client.get(base + "Version").status == 200);
}

TEST_CASE("Above half of the hour's calls answers take longer, above three quarters twice as long")
{
    Running run;
    run.sandbox.setSwitch("limit.hourly", "4");
    run.sandbox.setSwitch("limit.latencyMs", "30");
    std::vector<std::chrono::steady_clock::duration> took;
    for (int i = 0; i < 3; ++i)
    {
        const auto begin = std::chrono::steady_clock::now();
        CHECK(run.client.get(base + "Version").status == 200);
        took.push_back(std::chrono::steady_clock::now() - begin);
    }
    CHECK(took.at(1) >= 30ms);
    CHECK(took.at(2) >= 60ms);
}

TEST_CASE("A resource without the method is a 405 with Message, an unknown one an HTML 404")
{
    const Running run;
    const std::pair<const char *, const char *> refused[] = {
        {"DELETE", "Tickets/5"}, {"PATCH", "Tickets/5"}, {"GET", "Tickets"}, {"PUT", "Tickets/query"}};
    for (const auto &[method, path] : refused)
    {
        INFO(method << " " << path);
        const Reply reply = run.client.call(method, base + path);
        CHECK(reply.status == 405);
        CHECK(reply.json()->getValue<std::string>("Message") ==
              "The requested resource does not support http method '" + std::string(method) + "'.");
    }
    for (const std::string path : {"/", "/ATServicesRest/V1.0/Nothing/query", "/V1.0/Tickets/1"})
    {
        const Reply reply = run.client.get(path);
        CHECK(reply.status == 404);
        CHECK(reply.contentType.rfind("text/html", 0) == 0);
    }
    CHECK(run.client.get(base + "Tickets/%7BparentId%7D").status == 400);
}

TEST_CASE("A GET with a URL over 2048 bytes is an HTML 404")
{
    const Running run;
    const std::string search = "?search=" + encoded(R"({"filter":[{"op":"contains","field":"title","value":")");
    const std::string path = base + "Tickets/query" + search;
    const std::string end = encoded("\"}]}");
    const std::size_t room = 2048 - path.size() - end.size();
    CHECK(run.client.get(path + std::string(room, 'x') + end).status == 200);
    CHECK(run.client.get(path + std::string(room + 1, 'x') + end).status == 404);
}

TEST_CASE("A connection is kept between requests, or ended after each by switch")
{
    Running run;
    const auto keeps = [&] {
        auto session = run.client.session();
        session->setKeepAlive(true);
        Poco::Net::HTTPRequest request("GET", "/ATServicesRest/VersionInformation", "HTTP/1.1");
        request.setKeepAlive(true);
        session->sendRequest(request);
        Poco::Net::HTTPResponse response;
        std::string body;
        Poco::StreamCopier::copyToString(session->receiveResponse(response), body);
        return response.getKeepAlive();
    };
    CHECK(keeps());
    run.sandbox.setSwitch("http.idleMs", "0");
    CHECK_FALSE(keeps());
}
