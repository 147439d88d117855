// Requests from bytes, however the network splits them.
#include "host/http/problem.h"
#include "host/http/request_reader.h"
#include "tests/http/desync.h"

#include <catch2/catch.hpp>

using namespace psa::http;
using namespace psa::test;
using Catch::Contains;

namespace {

constexpr std::size_t maxBody = 1 << 20;

/// What a connection's bytes result in: one line per request, and one for the problem that ends it.
class Reading
{
public:
    void add(std::string_view bytes)
    {
        if (over_)
            return;
        reader_.add(bytes);
        try
        {
            while (!over_ && step())
            {
            }
        }
        catch (const Problem &problem)
        {
            lines += problem.slug() + "\n";
            over_ = true;
        }
    }

    std::string lines;

private:
    bool step()
    {
        if (!head_)
            head_ = reader_.readHead();
        if (!head_ || !reader_.readBody(head_->body, maxBody))
            return false;
        lines += head_->method + " " + head_->path;
        for (const auto &[name, value] : head_->headers)
            lines += " " + name + "=" + value;
        lines += " [" + head_->body + "]\n";
        over_ = !reader_.keepsConnection();
        head_.reset();
        return true;
    }

    RequestReader reader_;
    std::optional<ApiRequest> head_;
    bool over_ = false;
};

std::string readWhole(const std::string &bytes)
{
    Reading reading;
    reading.add(bytes);
    return reading.lines;
}

std::string readBytewise(const std::string &bytes)
{
    Reading reading;
    for (const char byte : bytes)
        reading.add({&byte, 1});
    return reading.lines;
}

std::string simpleGet(const std::string &headers)
{
    return "GET /a HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n";
}

} // namespace

TEST_CASE("the parsed requests do not depend on how the bytes are split", "[http]")
{
    for (const DesyncForm &form : desyncForms())
    {
        CAPTURE(form.name);
        const std::string bytes = form.bytes + simpleGet("");
        const std::string whole = readWhole(bytes);
        CHECK(readBytewise(bytes) == whole);
        for (std::size_t cut = 1; cut < bytes.size(); cut += bytes.size() / 7 + 1)
        {
            Reading reading;
            reading.add(std::string_view(bytes).substr(0, cut));
            reading.add(std::string_view(bytes).substr(cut));
            CHECK(reading.lines == whole);
        }
    }
}

TEST_CASE("a list split over several headers is one list; Cookie is joined in its own way", "[http]")
{
    CHECK_THAT(readWhole(simpleGet("Prefer: respond-async\r\nPREFER: wait=10\r\n")),
               Contains(" prefer=respond-async, wait=10 "));
    CHECK_THAT(readWhole(simpleGet("X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-For: 192.0.2.2, 192.0.2.3\r\n")),
               Contains(" x-forwarded-for=192.0.2.1, 192.0.2.2, 192.0.2.3 "));
    CHECK_THAT(readWhole(simpleGet("Cookie: a=1\r\nCookie: b=2\r\n")), Contains(" cookie=a=1; b=2 "));
    CHECK(readWhole(simpleGet("Idempotency-Key: a\r\nIdempotency-Key: a\r\n")) == "header-twice\n");
}

TEST_CASE("a key with a byte 0xff is another key than one without", "[http]")
{
    CHECK_THAT(readWhole(simpleGet("Idempotency-Key: order-\xff"
                                   "1\r\n")),
               Contains("idempotency-key=order-\xff"
                        "1 "));
    CHECK_THAT(readWhole(simpleGet("Idempotency-Key: order-\xff\xff\r\nX: y\r\n")),
               Contains("idempotency-key=order-\xff\xff x=y"));
}

TEST_CASE("an absolute target is treated as that path of this host", "[http]")
{
    CHECK_THAT(readWhole("GET http://H/a/b?c=d HTTP/1.1\r\nHost: h\r\n\r\n"), Contains("GET /a/b?c=d "));
    CHECK_THAT(readWhole("GET https://h?c=d HTTP/1.1\r\nHost: h\r\n\r\n"), Contains("GET /?c=d "));
    CHECK(readWhole("GET http://h:81/ HTTP/1.1\r\nHost: h\r\n\r\n") == "bad-request\n");
    CHECK_THAT(readWhole("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n"), Contains("OPTIONS * "));
}

TEST_CASE("a chunked body has a limit, and a chunk that would exceed it is not waited for", "[http]")
{
    RequestReader reader;
    reader.add("POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n8\r\n");
    std::string body;
    REQUIRE(reader.readHead());
    CHECK(!reader.readBody(body, 11));
    CHECK(body == "abc");
    reader.add("1");
    CHECK(!reader.readBody(body, 11));
    reader.add("2345678\r\n1\r\n");
    CHECK(!reader.readBody(body, 11));
    reader.add("x");
    CHECK_THROWS_AS(reader.readBody(body, 11), Problem);
}

TEST_CASE("a query that cannot be decoded affects only its request", "[http]")
{
    ApiRequest request;
    request.path = "/a?b=c&b=d%20e&f";
    takeQuery(request);
    CHECK(request.path == "/a");
    CHECK(request.query.count("b") == 2);
    CHECK(request.queryValue("f").empty());
    for (const char *bad : {"/a?b=%zz", "/a?b=%ff", "/a?b=%00"})
    {
        request.path = bad;
        CHECK_THROWS_AS(takeQuery(request), Problem);
    }
}
