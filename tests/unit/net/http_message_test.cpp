#include "host/net/http_message.h"

#include "host/net/http_types.h"
#include "host/net/https_url.h"

#include <catch2/catch.hpp>

using namespace psa::net;

namespace {

/// Feeds `text` in pieces of `step` bytes; `ends`: the peer ends the connection after it.
HttpResponse read(const std::string &text, std::size_t step, bool ends = false, const std::string &method = "GET")
{
    ResponseReader reader(method, 1000);
    for (std::size_t at = 0; at < text.size(); at += step)
        if (reader.take(std::string_view(text).substr(at, step)))
        {
            REQUIRE(at + step >= text.size());
            return reader.finish();
        }
    if (!ends)
        throw NetError(Reason::closed, "not whole");
    reader.end();
    return reader.finish();
}

Reason reasonOf(const std::string &text)
{
    try
    {
        read(text, text.size(), true);
    }
    catch (const NetError &error)
    {
        return error.reason;
    }
    return Reason::none;
}

} // namespace

TEST_CASE("the parsed response does not depend on the pieces in which it arrives")
{
    const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX: y\r\n\r\n"
                                "4;ext=1\r\nWiki\r\nA\r\n0123456789\r\n0\r\nTrailer: z\r\n\r\n";
    const std::string fixed = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\r\ncontent-length: 5\r\n\r\nhello";
    for (std::size_t step = 1; step <= chunked.size(); ++step)
    {
        CAPTURE(step);
        const HttpResponse first = read(chunked, step);
        CHECK(first.status == 200);
        CHECK(first.body == "Wiki0123456789");
        REQUIRE(findHeader(first.headers, "x") != nullptr);
        CHECK(*findHeader(first.headers, "x") == "y");
        const HttpResponse second = read(fixed, step);
        CHECK(second.status == 404);
        CHECK(second.body == "hello");
    }
}

TEST_CASE("responses without a body, and one that ends with its connection")
{
    CHECK(read("HTTP/1.1 204 No Content\r\n\r\n", 7).status == 204);
    CHECK(read("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", 7).status == 304);
    CHECK(read("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", 7, false, "HEAD").body.empty());
    CHECK(read("HTTP/1.1 200\r\n\r\nall there is", 5, true).body == "all there is");
    CHECK(read("HTTP/1.1 200 OK\nContent-Length: 2\n\nok", 5).body == "ok");
}

TEST_CASE("a truncated response is never complete")
{
    for (const std::string whole : {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"})
        for (std::size_t length = 0; length < whole.size(); ++length)
        {
            CAPTURE(whole.substr(0, length));
            CHECK(reasonOf(whole.substr(0, length)) != Reason::none);
        }
}

TEST_CASE("ambiguous responses are invalid")
{
    const std::string ok = "HTTP/1.1 200 OK\r\n";
    for (const std::string &text : {std::string("hello world, no HTTP\r\n\r\n"),
                                    std::string("HTTP/2 200 OK\r\n\r\n"),
                                    std::string("HTTP/1.1 20 OK\r\n\r\n"),
                                    std::string("HTTP/1.1 2000 OK\r\n\r\n"),
                                    std::string("HTTP/1.1 999 OK\r\n\r\n"),
                                    std::string("HTTP/1.1 abc OK\r\n\r\n"),
                                    std::string("HTTP/1.1 101 Switching\r\n\r\n"),
                                    ok + "Content-Length: 1\r\nContent-Length: 1\r\n\r\na",
                                    ok + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
                                    ok + "Content-Length: -1\r\n\r\n",
                                    ok + "Content-Length: +1\r\n\r\na",
                                    ok + "Content-Length: 1x\r\n\r\na",
                                    ok + "Content-Length: 99999999999999999999\r\n\r\n",
                                    ok + "Content-Length: 1001\r\n\r\na",
                                    ok + "Content-Length: 1\r\n\r\nab",
                                    ok + "Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n\r\n0\r\n\r\n",
                                    ok + "Transfer-Encoding: gzip\r\n\r\n",
                                    ok + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                                    ok + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n",
                                    ok + "Transfer-Encoding: chunked\r\n\r\n-1\r\n",
                                    ok + "Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n",
                                    ok + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n",
                                    ok + "Transfer-Encoding: chunked\r\n\r\n7FFFFFFF\r\na",
                                    ok + "No colon\r\n\r\n",
                                    ok + ": empty\r\n\r\n",
                                    ok + "A : b\r\n\r\n",
                                    ok + " folded: b\r\n\r\n",
                                    ok + "A: b\r\n continued\r\n\r\n",
                                    ok + std::string("A: b\0c\r\n\r\n", 10),
                                    ok + "A: b\rc\r\n\r\n",
                                    ok + "\x01: b\r\n\r\n",
                                    ok + "A: " + std::string(70000, 'a') + "\r\n\r\n"})
    {
        CAPTURE(text.substr(0, 200));
        CHECK(reasonOf(text) == Reason::invalid);
    }
    std::string flood;
    for (int i = 0; i < 12; ++i)
        flood += "HTTP/1.1 102 Processing\r\n\r\n";
    CHECK(reasonOf(flood) == Reason::invalid);
    std::string many = ok;
    for (int i = 0; i < 300; ++i)
        many += "A: b\r\n";
    CHECK(reasonOf(many + "\r\n") == Reason::invalid);
}

TEST_CASE("a body of any kind above the host's limit is invalid, and not kept")
{
    CHECK(reasonOf("HTTP/1.1 200 OK\r\n\r\n" + std::string(1001, 'a')) == Reason::invalid);
    CHECK(reasonOf("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3E9\r\n" + std::string(1001, 'a')) ==
          Reason::invalid);
}

TEST_CASE("whether a connection is kept")
{
    const auto keeps = [](const std::string &text, bool ends = false) {
        ResponseReader reader("GET", 1000);
        if (!reader.take(text) && ends)
            reader.end();
        return reader.keepsConnection();
    };
    CHECK(keeps("HTTP/1.1 204 x\r\n\r\n"));
    CHECK(!keeps("HTTP/1.1 204 x\r\nConnection: close\r\n\r\n"));
    CHECK(!keeps("HTTP/1.1 204 x\r\nConnection: foo, Close\r\n\r\n"));
    CHECK(!keeps("HTTP/1.1 204 x\r\nConnection: foo\r\nConnection: close\r\n\r\n"));
    CHECK(!keeps("HTTP/1.0 204 x\r\n\r\n"));
    CHECK(keeps("HTTP/1.0 204 x\r\nConnection: Keep-Alive\r\n\r\n"));
    CHECK(!keeps("HTTP/1.1 200 x\r\n\r\nbody", true));
    ResponseReader reader("GET", 1000);
    reader.take("HTTP/1.1 204 x\r\nKeep-Alive: timeout=5, max=100\r\n\r\n");
    CHECK(reader.idleSeconds() == 5U);
}

TEST_CASE("a request is written unambiguously")
{
    HttpRequest request;
    request.method = "POST";
    request.headers = {{"Secret", "s", true}};
    request.body = "{}";
    CHECK(writeRequest(HttpsUrl::parse("https://a.example:8443/x?y=z"), request) ==
          "POST /x?y=z HTTP/1.1\r\nHost: a.example:8443\r\nSecret: s\r\nUser-Agent: psa-host/" PSA_HOST_VERSION
          "\r\nContent-Length: 2\r\n\r\n{}");
    HttpRequest get;
    CHECK_THAT(writeRequest(HttpsUrl::parse("https://a.example"), get), !Catch::Contains("Content-Length"));
}
