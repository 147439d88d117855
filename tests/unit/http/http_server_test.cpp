// The server over real sockets: what a careless or hostile client sends, while others are still served.
#include "host/access/request_authenticator.h"
#include "host/http/http_server.h"
#include "host/http/problem.h"
#include "host/store/sqlite_store.h"
#include "tests/support/manual_clock.h"
#include "tests/support/test_folder.h"
#include "tests/support/test_pki.h"
#include "tests/unit/http/raw_client.h"

#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/StreamCopier.h>

#include <catch2/catch.hpp>

#include <mutex>

using namespace psa::access;
using namespace psa::http;
using namespace psa::secrets;
using namespace psa::store;
using namespace psa::test;
using Catch::Contains;

namespace {

/// A server whose only route echoes the request.
struct Site
{
    TestFolder folder{TestFolder::inMemory()};
    std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>();
    std::unique_ptr<Store> store = openSqliteStore({folder.path() / "state", ""}, clock);
    Access access{*store, clock, systemRandom};
    std::mutex mutex; ///< Guards the members below.
    std::vector<std::string> refused;
    Router router{[](const std::string &) {},
                  [this](const ApiRequest &request, const Problem &problem) {
                      const std::lock_guard lock(mutex);
                      refused.push_back(std::to_string(problem.status()) + " " + request.path + " " +
                                        request.caller.address);
                  }};
    HttpServer server{[](const std::string &) {}};
    HttpServer::Address address;

    explicit Site(ServeConfig config = {})
    {
        router.add({"POST", "/echo", Scope::anybody, [](const ApiRequest &request) {
                        return ApiResponse{200, "text/plain", "<" + request.body + ">", {}};
                    }});
        if (config.listen == ServeConfig().listen)
            config.listen = Poco::Net::SocketAddress("127.0.0.1", 0);
        address = server.serveWeb(config, router, [this](const std::vector<std::string> &hosts) {
            return std::make_shared<RequestAuthenticator>(router, access, hosts);
        });
    }
};

std::string post(const std::string &headers, const std::string &body)
{
    return "POST /echo HTTP/1.1\r\nHost: 127.0.0.1\r\n" + headers + "\r\n" + body;
}

std::string lengthOf(const std::string &body)
{
    return "Content-Length: " + std::to_string(body.size()) + "\r\n";
}

/// True if a well-behaved client is served.
bool serves(const Site &site)
{
    RawClient client(site.address.port);
    client.send(post("Connection: close\r\n" + lengthOf("hi"), "hi"));
    return client.receive().find("<hi>") != std::string::npos;
}

} // namespace

TEST_CASE("two requests on one connection are answered in order", "[http]")
{
    const Site site;
    RawClient client(site.address.port);
    client.send(post(lengthOf("one"), "one"));
    CHECK_THAT(client.receive("<one>"), Contains("200 OK"));
    client.send(post(lengthOf("two"), "two"));
    CHECK_THAT(client.receive("<two>"), Contains("200 OK"));
    client.send(post("Connection: close\r\n", "")); // without a length there is no body
    CHECK_THAT(client.receive(), Contains("<>"));
}

TEST_CASE("an invalid request is rejected, and the server continues", "[http]")
{
    const Site site;
    const std::string huge(1 << 21, 'x');
    for (const auto &[bytes, words] :
         {std::pair(post(lengthOf("ab") + "Transfer-Encoding: chunked\r\n", "2\r\nab\r\n0\r\n\r\n"),
                    "Transfer-Encoding"),
          std::pair(post("Content-Length: 99999999\r\n", ""), "413"),
          std::pair(post("Content-Encoding: gzip\r\n" + lengthOf("ab"), "ab"), "415"),
          std::pair(post("Origin: a\r\nOrigin: b\r\n" + lengthOf("ab"), "ab"), "header-twice"),
          std::pair(std::string("GET /echo HT.P/1.1\r\nHost: 127.0.0.1\r\n\r\n"), "bad-request"),
          std::pair(std::string("POST /echo%zz HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n"), "400"),
          std::pair(std::string("POST /echo?a=%zz HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n"), "400"),
          std::pair(std::string("POST /echo?a=%ff HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n"),
                    "bad-query"),
          std::pair(std::string("POST /\xff\xfe HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n"), "400"),
          std::pair(std::string("POST /echo HTTP/1.1\r\nContent-Length: 0\r\n\r\n"), "bad-header"),
          std::pair(std::string("POST /echo HTTP/1.1\r\nHost: other\r\nContent-Length: 0\r\n\r\n"), "421"),
          std::pair("POST /" + std::string(20000, 'a') + " HTTP/1.1\r\n\r\n", ""),
          std::pair("POST /echo HTTP/1.1\r\n" + std::string(200, 'h') + ": " + huge + "\r\n\r\n", ""),
          std::pair(std::string("\x16\x03\x01\x02\x01\x01\xfc\x03\x03"), ""),
          std::pair(std::string("nonsense\r\n\r\n"), ""), std::pair(std::string("\r\n\r\n\r\n"), "")})
    {
        RawClient client(site.address.port);
        client.send(bytes);
        if (*words == '\0')
            client.close(); // whatever it received, it must survive this
        else
            CHECK_THAT(client.receive(words), Contains(words));
        CHECK(serves(site));
    }
}

TEST_CASE("the content of a body is never treated as a request (smuggling)", "[http]")
{
    const Site site;
    const std::string hidden = post("Connection: close\r\n" + lengthOf("hidden"), "hidden");
    for (const std::string &headers :
         {std::string("Transfer-Encoding: gzip, chunked\r\n"), std::string("Transfer-Encoding: xchunked\r\n"),
          std::string("Transfer-Encoding: identity\r\n"), std::string("Transfer-Encoding: chunked;a=b\r\n"),
          std::string("Transfer-Encoding : chunked\r\n"), "Content-Length : " + std::to_string(hidden.size()) + "\r\n",
          std::string("Content-Length: +0\r\n"), std::string("Content-Length: 0,0\r\n"),
          std::string("Content-Length: abc\r\n"), std::string("Content-Length:\r\n"),
          std::string("Content-Length: 5\r\nTransfer-Encoding: gzip, chunked\r\n"), std::string("X: a\x01z\r\n"),
          std::string("X\x01: a\r\n")})
    {
        CAPTURE(headers);
        RawClient client(site.address.port);
        client.send(post(headers, hidden));
        const std::string answers = client.receive();
        CHECK_THAT(answers, Contains("HTTP/1.1 4"));
        CHECK(answers.find("hidden") == std::string::npos);
    }
}

TEST_CASE("a body that ends too early is not a request", "[http]")
{
    const Site site;
    {
        RawClient client(site.address.port);
        client.send(post("Content-Length: 10\r\n", "abc"));
    }
    CHECK(serves(site));
}

TEST_CASE("a client that opens connections and sends nothing blocks nobody", "[http]")
{
    ServeConfig config;
    config.connections = 8;
    config.connectionsPerPeer = 8;
    const Site site(config);
    std::vector<std::unique_ptr<RawClient>> idle;
    for (int i = 0; i < 8; ++i)
    {
        idle.push_back(std::make_unique<RawClient>(site.address.port));
        idle.back()->send("POST /echo HTTP/1.1\r\nHost: "); // and never continues
    }
    for (int i = 0; i < 20; ++i)
    {
        idle.push_back(std::make_unique<RawClient>(site.address.port));
        idle.back()->send("POST ");
    }
    // Threads of those that lost their places still run for a moment.
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!serves(site) && std::chrono::steady_clock::now() < until)
        std::this_thread::yield();
    CHECK(serves(site));
}

TEST_CASE("with a certificate it speaks TLS, and nothing else", "[http]")
{
    TestPki pki;
    const Credential credential = pki.leaf({"localhost"});
    ServeConfig config;
    config.certificate = credential.certificate;
    config.key = credential.key;
    const Site site(config);
    CHECK_THAT(site.address.text, Contains("https://127.0.0.1:"));
    const Poco::Net::Context::Ptr context = new Poco::Net::Context(
        Poco::Net::Context::TLS_CLIENT_USE, "", "", pki.caFile().string(), Poco::Net::Context::VERIFY_STRICT);
    Poco::Net::HTTPSClientSession session("localhost", site.address.port, context);
    Poco::Net::HTTPRequest request("POST", "/echo", "HTTP/1.1");
    request.setContentLength(2);
    session.sendRequest(request) << "hi";
    Poco::Net::HTTPResponse response;
    std::string body;
    Poco::StreamCopier::copyToString(session.receiveResponse(response), body);
    CHECK(body == "<hi>");
    RawClient plain(site.address.port);
    plain.send(post(lengthOf("hi"), "hi"));
    CHECK(plain.receive().find("<hi>") == std::string::npos);
}

TEST_CASE("a renewed certificate is shown to new connections, and open ones continue with the previous one", "[http]")
{
    TestPki pki;
    const auto configOf = [](const Credential &credential) {
        ServeConfig config;
        config.certificate = credential.certificate;
        config.key = credential.key;
        return config;
    };
    Site site(configOf(pki.leaf({"localhost"})));
    const Poco::Net::Context::Ptr context = new Poco::Net::Context(
        Poco::Net::Context::TLS_CLIENT_USE, "", "", pki.caFile().string(), Poco::Net::Context::VERIFY_STRICT);
    const auto ask = [&](Poco::Net::HTTPSClientSession &session) { // returns the certificate
        session.setKeepAlive(true);
        Poco::Net::HTTPRequest request("POST", "/echo", "HTTP/1.1");
        request.setContentLength(2);
        session.sendRequest(request) << "hi";
        Poco::Net::HTTPResponse response;
        std::string body;
        Poco::StreamCopier::copyToString(session.receiveResponse(response), body);
        CHECK(body == "<hi>");
        return session.serverCertificate().serialNumber();
    };
    Poco::Net::HTTPSClientSession open("localhost", site.address.port, context);
    const std::string before = ask(open);
    site.server.renewCertificate(configOf(pki.leaf({"localhost"})));
    CHECK(ask(open) == before);
    Poco::Net::HTTPSClientSession later("localhost", site.address.port, context);
    const std::string after = ask(later);
    CHECK(after != before);

    ServeConfig unusable = configOf(pki.leaf({"localhost"}));
    unusable.key = pki.leaf({"localhost"}).key; // of another certificate
    CHECK_THROWS_WITH(site.server.renewCertificate(unusable), Contains("cannot be used"));
    Poco::Net::HTTPSClientSession last("localhost", site.address.port, context);
    CHECK(ask(last) == after);
}

TEST_CASE("an unusable certificate and an address in use are reported by name", "[http]")
{
    ServeConfig config;
    config.certificate = "/nowhere/cert.pem";
    config.key = "/nowhere/key.pem";
    CHECK_THROWS_WITH(Site(config), Contains("/nowhere/cert.pem") && Contains("[serve]"));
    const Site site;
    ServeConfig taken;
    taken.listen = Poco::Net::SocketAddress("127.0.0.1", site.address.port);
    CHECK_THROWS_WITH(Site(taken), Contains("cannot listen") && Contains(std::to_string(site.address.port)));
}

TEST_CASE("a request rejected by the server itself is reported, with its path and sender", "[http]")
{
    Site site;
    const auto ask = [&](const std::string &request) {
        RawClient client(site.address.port);
        client.send(request);
        client.finish();
        return client.receive();
    };
    CHECK_THAT(ask("POST /v1/hooks/x?token=psa_1 HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: 1\r\nOrigin: 2\r\n\r\n"),
               Contains(" 400 "));
    CHECK_THAT(ask(post("Content-Length: 2000000\r\n", "")), Contains(" 413 "));
    CHECK_THAT(ask(post("Content-Encoding: gzip\r\n" + lengthOf("x"), "x")), Contains(" 415 "));
    CHECK_THAT(ask("POST /echo HTTP/1.1\r\nHost: elsewhere\r\n" + lengthOf("x") + "Connection: close\r\n\r\nx"),
               Contains(" 421 "));
    CHECK_THAT(ask(post("Transfer-Encoding: chunked\r\n", "+1\r\nx\r\n0\r\n\r\n")), Contains("bad-chunk"));
    CHECK_THAT(ask(post("Content-Length: 3\r\n", "x")), Contains("cut-short"));
    CHECK_THAT(ask(post("X: a\x01z\r\n", "")), Contains("bad-request"));
    CHECK_THAT(ask(post("X: " + std::string(20000, 'x') + "\r\n", "")), Contains(" 431 "));
    const std::lock_guard lock(site.mutex);
    CHECK(site.refused == std::vector<std::string>{"400 /v1/hooks/x 127.0.0.1", "413 /echo 127.0.0.1",
                                                   "415 /echo 127.0.0.1", "421 /echo 127.0.0.1", "400 /echo 127.0.0.1",
                                                   "400 /echo 127.0.0.1", "400  127.0.0.1", "431  127.0.0.1"});
}
