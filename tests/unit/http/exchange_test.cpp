// How answers are sent and bodies are requested.
#include "host/http/http_server.h"
#include "host/http/problem.h"
#include "tests/support/open_guard.h"
#include "tests/unit/http/raw_client.h"

#include <Poco/InflatingStream.h>
#include <Poco/StreamCopier.h>

#include <catch2/catch.hpp>

#include <sstream>
#include <stdexcept>

using namespace psa::http;
using namespace psa::test;
using Catch::Contains;

namespace {

std::string largeText()
{
    std::string text;
    for (int i = 0; i < 20000; ++i)
        text += "line " + std::to_string(i) + "\n";
    return text;
}

/// GET /large, /small and /binary, and POST /echo for bodies of up to 1,000 bytes.
class Shop
{
public:
    Shop()
    {
        const auto give = [](std::string type, std::string body) {
            return [type = std::move(type), body = std::move(body)](const ApiRequest &) {
                return ApiResponse{200, type, body, {}};
            };
        };
        router_.add({"GET", "/large", Scope::anybody, give("application/json", largeText()), Router::Waits::never});
        router_.add({"GET", "/from-worker", Scope::anybody, give("text/plain", largeText())});
        router_.add({"GET", "/small", Scope::anybody, give("text/plain", "small"), Router::Waits::never});
        router_.add({"GET", "/binary", Scope::anybody, give("image/png", largeText()), Router::Waits::never});
        router_.add({"POST", "/echo", Scope::anybody, [](const ApiRequest &request) {
                         return ApiResponse{200, "text/plain", "<" + request.body + ">", {}};
                     }});
        ServeConfig config;
        config.listen = Poco::Net::SocketAddress("127.0.0.1", 0);
        port = server_
                   .serveWeb(config, router_,
                             [this](const std::vector<std::string> &) {
                                 return std::make_shared<OpenGuard>([this](ApiRequest &head) {
                                     if (head.headers.contains("x-refuse"))
                                         throw Problem(403, "scope", "No", "No.");
                                     if (head.headers.contains("x-fail"))
                                         throw std::runtime_error("a defect");
                                     return Admitted{router_.find(head), 1000};
                                 });
                             })
                   .port;
    }

    std::uint16_t port = 0;

private:
    Router router_{[](const std::string &) {}};
    HttpServer server_{[](const std::string &) {}};
};

std::string closingGet(const std::string &path, const std::string &headers = "", const std::string &method = "GET")
{
    return method + " " + path + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n" + headers + "\r\n";
}

std::string bodyOf(const std::string &answer)
{
    return answer.substr(answer.find("\r\n\r\n") + 4);
}

std::string unpacked(const std::string &bytes)
{
    std::istringstream in(bytes);
    Poco::InflatingInputStream inflate(in, Poco::InflatingStreamBuf::STREAM_GZIP);
    std::string text;
    Poco::StreamCopier::copyToString(inflate, text);
    return text;
}

} // namespace

TEST_CASE("large texts are compressed for clients that accept gzip, and for nobody else", "[http]")
{
    const Shop shop;
    for (const char *path : {"/large", "/from-worker"})
        for (const char *accept : {"gzip", "deflate, gzip;q=0.5", "GZIP"})
        {
            const std::string answer =
                RawClient(shop.port).ask(closingGet(path, "Accept-Encoding: " + std::string(accept) + "\r\n"), "");
            CHECK_THAT(answer, Contains("Content-Encoding: gzip\r\n") && Contains("Vary: Accept-Encoding\r\n"));
            CHECK(answer.size() < largeText().size() / 3);
            CHECK_THAT(answer, Contains("Content-Length: " + std::to_string(bodyOf(answer).size()) + "\r\n"));
            CHECK(unpacked(bodyOf(answer)) == largeText());
        }
    for (const auto &[path, headers] :
         {std::pair("/large", ""), std::pair("/large", "Accept-Encoding: gzip;q=0\r\n"),
          std::pair("/large", "Accept-Encoding: br\r\n"), std::pair("/small", "Accept-Encoding: gzip\r\n"),
          std::pair("/binary", "Accept-Encoding: gzip\r\n")})
        CHECK_THAT(RawClient(shop.port).ask(closingGet(path, headers), ""), !Contains("gzip"));
}

TEST_CASE("HEAD gets the head of the response to GET, and no body", "[http]")
{
    const Shop shop;
    for (const char *headers : {"", "Accept-Encoding: gzip\r\n"})
    {
        std::string head = RawClient(shop.port).ask(closingGet("/large", headers, "HEAD"), "");
        std::string whole = RawClient(shop.port).ask(closingGet("/large", headers), "");
        whole.resize(whole.find("\r\n\r\n") + 4);
        for (std::string *each : {&head, &whole})
            each->erase(each->find("Date: "), 37);
        CHECK(head == whole);
    }
    RawClient kept(shop.port);
    kept.send("HEAD /small HTTP/1.1\r\nHost: h\r\n\r\n" + closingGet("/small"));
    CHECK_THAT(kept.receive(), Contains("Content-Length: 5\r\n\r\nHTTP/1.1 200 OK"));
}

TEST_CASE("a client that asks before sending a body is told to continue, or gets the response instead", "[http]")
{
    const Shop shop;
    const std::string asking = "POST /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n";
    RawClient client(shop.port);
    CHECK(client.ask(asking + "Content-Length: 3\r\n\r\n", "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
    CHECK_THAT(client.ask("abc", "<abc>"), Contains("200 OK"));
    CHECK(client.ask(asking + "Transfer-Encoding: chunked\r\n\r\n", "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
    CHECK_THAT(client.ask("2\r\nde\r\n0\r\n\r\n", "<de>"), Contains("200 OK"));
    CHECK_THAT(client.ask(asking + "Content-Length: 3\r\n\r\nabc", "<abc>"), !Contains("100 Continue"));
    CHECK_THAT(client.ask(asking + "Content-Length: 1001\r\n\r\n", ""),
               Contains("HTTP/1.1 413 ") && Contains("Connection: close") && !Contains("100 Continue"));
    CHECK_THAT(RawClient(shop.port).ask(asking + "X-Refuse: yes\r\nContent-Length: 3\r\n\r\n", ""),
               Contains("HTTP/1.1 403 ") && !Contains("100 Continue"));
}

TEST_CASE("a chunked body is served on a persistent connection, up to its limit", "[http]")
{
    const Shop shop;
    const std::string chunked = "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    RawClient client(shop.port);
    CHECK_THAT(client.ask(chunked + "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n", "<abcde>"), Contains("200 OK"));
    CHECK_THAT(client.ask(chunked + "0\r\n\r\n", "<>"), Contains("200 OK"));
    CHECK_THAT(client.ask(chunked + "3e8\r\n" + std::string(1000, 'x') + "\r\n0\r\n\r\n", "x>"), Contains("200 OK"));
    CHECK_THAT(client.ask(chunked + "3e8\r\n" + std::string(1000, 'x') + "\r\n1\r\nx\r\n0\r\n\r\n", ""),
               Contains("HTTP/1.1 413 ") && Contains("Connection: close"));
}

TEST_CASE("a rejection keeps the connection if little of the request is still missing", "[http]")
{
    const Shop shop;
    const std::string refused = "POST /echo HTTP/1.1\r\nHost: h\r\nX-Refuse: yes\r\n";
    RawClient client(shop.port);
    CHECK_THAT(client.ask(refused + "Content-Length: 3\r\n\r\nabc", "\"No.\"}"),
               Contains("403 Forbidden") && !Contains("close"));
    CHECK_THAT(client.ask("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx", "<x>"), Contains("200 OK"));
    CHECK_THAT(client.ask(refused + "Content-Length: 1000000\r\n\r\nabc", ""),
               Contains("403 Forbidden") && Contains("close"));
}

TEST_CASE("an unforeseen failure of a request gets 500, and the server continues", "[http]")
{
    const Shop shop;
    CHECK_THAT(RawClient(shop.port).ask("GET /small HTTP/1.1\r\nHost: h\r\nX-Fail: yes\r\n\r\n", ""),
               Contains("HTTP/1.1 500 ") && Contains("Connection: close") && !Contains("a defect"));
    CHECK_THAT(RawClient(shop.port).ask(closingGet("/small"), ""), Contains("200 OK"));
}

TEST_CASE("HTTP/1.0 is served, and closed after its response", "[http]")
{
    const Shop shop;
    CHECK_THAT(RawClient(shop.port).ask("GET /small HTTP/1.0\r\n\r\n", ""),
               Contains("HTTP/1.1 200 OK") && Contains("Connection: close") && Contains("small"));
}

TEST_CASE("a client that half-closes the connection after the request gets the response", "[http]")
{
    const Shop shop;
    for (const char *path : {"/small", "/from-worker"})
    {
        RawClient client(shop.port);
        client.send(std::string("GET ") + path + " HTTP/1.1\r\nHost: h\r\n\r\n");
        client.finish();
        CHECK_THAT(client.receive(), Contains("200 OK"));
    }
}

TEST_CASE("pipelined requests are answered in order", "[http]")
{
    const Shop shop;
    std::string many;
    for (int i = 0; i < 500; ++i)
        many += "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n" + std::to_string(100 + i);
    RawClient client(shop.port);
    client.send(many);
    const std::string answers = client.receive("<599>");
    std::size_t at = 0;
    for (int i = 0; i < 500; ++i)
        at = answers.find("<" + std::to_string(100 + i) + ">", at);
    CHECK(at != std::string::npos);
}
