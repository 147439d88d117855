// What is sent, and where. The corpora beside this file are hostile: no line of them may change anything.
#include "host/net/address_policy.h"
#include "host/net/egress_policy.h"
#include "host/net/https_url.h"

#include <catch2/catch.hpp>

#include <fstream>

using namespace psa::net;

namespace {

/// The lines of a corpus, with \xNN converted to bytes.
std::vector<std::string> corpus(const std::string &name)
{
    std::ifstream file(std::string(PSA_SOURCE_DIR) + "/tests/unit/net/" + name);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);)
    {
        if (line.empty() || line[0] == '#')
            continue;
        for (std::size_t at = line.find("\\x"); at != std::string::npos; at = line.find("\\x", at + 1))
            if (at + 3 < line.size() && line.find_first_not_of("0123456789abcdefABCDEF", at + 2) >= at + 4)
                line.replace(at, 4, 1, static_cast<char>(std::stoi(line.substr(at + 2, 2), nullptr, 16)));
        lines.push_back(line);
    }
    return lines;
}

/// True if anything would be sent to `url`.
bool isOpen(const EgressPolicy &policy, const std::string &url)
{
    try
    {
        return !policy.refuse(HttpsUrl::parse(url));
    }
    catch (const InvalidUrl &)
    {
        return false;
    }
}

} // namespace

TEST_CASE("no request is sent to any of the hostile URLs")
{
    const EgressPolicy policy({"*.allowed.example", "api*.allowed.example"}, {});
    const auto urls = corpus("hostile_urls.txt");
    REQUIRE(urls.size() >= 200);
    for (const std::string &url : urls)
    {
        CAPTURE(url);
        CHECK(!isOpen(policy, url));
    }
}

TEST_CASE("valid URLs are accepted, whatever their case")
{
    const EgressPolicy policy({"*.allowed.example", "web*.zone.example"}, {"psa.corp.example:8443", "intranet"});
    for (const char *url :
         {"https://x.allowed.example", "https://x.allowed.example/", "HTTPS://X.Allowed.Example/",
          "https://a.b.allowed.example/", "https://x.allowed.example./", "https://x.allowed.example:443/",
          "https://x.allowed.example?a=b", "https://x.allowed.example/a/%2F?b=%7B%22c%22%3A1%7D&d='e'",
          "https://web5.zone.example/V1.0/Tickets/query?search=%7B%7D", "https://psa.corp.example:8443/x",
          "https://intranet/x"})
    {
        CAPTURE(url);
        CHECK(isOpen(policy, url));
    }
    CHECK(!isOpen(policy, "https://psa.corp.example/"));
    CHECK(!isOpen(policy, "https://web.zone.example/"));
    CHECK(!isOpen(policy, "https://x.web5.zone.example/"));
}

TEST_CASE("a URL has only one interpretation")
{
    const HttpsUrl url = HttpsUrl::parse("HTTPS://Web5.Zone.Example.:443?a=b");
    CHECK(url.host() == "web5.zone.example");
    CHECK(url.endpoint() == "web5.zone.example:443");
    CHECK(url.authority() == "web5.zone.example");
    CHECK(url.target() == "/?a=b");
    CHECK(HttpsUrl::parse("https://a.example:8443/x").authority() == "a.example:8443");
    CHECK_THROWS_WITH(HttpsUrl::parse("https://a.example/" + std::string(9000, 'a')), Catch::Contains("8192"));
}

TEST_CASE("a rejection names the host and where to allow it")
{
    const EgressPolicy policy({"*.allowed.example"}, {});
    CHECK_THAT(policy.refuse(HttpsUrl::parse("https://evil.example/secret?key=1")).value(),
               Catch::Contains("evil.example") && Catch::Contains("allowed_hosts under [egress]") &&
                   !Catch::Contains("secret"));
    CHECK_THAT(policy.refuse(HttpsUrl::parse("https://x.allowed.example:8443/")).value(),
               Catch::Contains("port 8443") && Catch::Contains("\"x.allowed.example:8443\""));
}

TEST_CASE("a pattern that would allow a whole top-level domain is rejected")
{
    for (const char *pattern : {"*", "*.com", "*.*", "a*.com*", "*.*.com", "web*.example", "", ".", "a..b", "a.b.",
                                "A.b", "a b.c", "*.example", "*.ex*mple.com*", "localhost"})
    {
        CAPTURE(pattern);
        if (std::string(pattern) == "web*.example" || std::string(pattern) == "*.ex*mple.com*")
            CHECK_THROWS_WITH(HostPattern(pattern), Catch::Contains("too broad"));
        else
            CHECK_THROWS_AS(HostPattern(pattern), std::invalid_argument);
    }
}

TEST_CASE("a pattern that covers a public suffix, below which anybody can register a name, is rejected")
{
    for (const char *pattern : {"*.co.uk", "psa*.co.uk", "*.psa*.com.au", "*.azurewebsites.net", "*.s3.amazonaws.com",
                                "*.kawasaki.jp", "*.gov.ck", "*.xn--55qx5d.cn"})
    {
        CAPTURE(pattern);
        CHECK_THROWS_WITH(HostPattern(pattern), Catch::Contains("public suffix"));
    }
    for (const char *pattern : {"*.autotask.net", "api-*.myconnectwise.net", "*.example.co.uk", "psa.co.uk",
                                "acme.azurewebsites.net", "s3.amazonaws.com", "*.psa.internal"})
    {
        CAPTURE(pattern);
        CHECK_NOTHROW(HostPattern(pattern));
    }
}

TEST_CASE("a pattern never matches a name that somebody else has registered below it")
{
    const HostPattern pattern("*.amazonaws.com"); // not a public suffix, but some are below it
    CHECK(pattern.matches("status.amazonaws.com"));
    CHECK(!pattern.matches("s3.amazonaws.com"));
    CHECK(!pattern.matches("somebodys-bucket.s3.amazonaws.com"));
    CHECK(HostPattern("*.api.example.co.uk").matches("eu.api.example.co.uk"));
}

TEST_CASE("the operator allows single names, never patterns")
{
    for (const char *entry : {"*.co.uk", "*.example.com", "psa*.example.com"})
    {
        CAPTURE(entry);
        CHECK_THROWS_AS(EgressPolicy({}, {entry}), std::invalid_argument);
    }
    const EgressPolicy policy({}, {"co.uk"});
    CHECK(policy.refuse(HttpsUrl::parse("https://anybody.co.uk/")).has_value());
}

TEST_CASE("a star matches one or more characters of one label")
{
    CHECK(HostPattern("w*s*.a.b").matches("webservices5.a.b"));
    CHECK(!HostPattern("webservices*.a.b").matches("webservices.a.b"));
    CHECK(!HostPattern("webservices*.a.b").matches("webservices5.c.a.b"));
    CHECK(!HostPattern("webservices*.a.b").matches("a.b"));
    CHECK(HostPattern("a.b").matches("a.b"));
    CHECK(!HostPattern("a.b").matches("x.a.b"));
}

TEST_CASE("addresses outside the public internet are rejected unless the operator allows them")
{
    const AddressPolicy policy;
    for (const char *address : {"0.0.0.0",
                                "0.1.2.3",
                                "10.0.0.1",
                                "10.255.255.255",
                                "100.64.0.1",
                                "100.127.255.255",
                                "127.0.0.1",
                                "127.255.255.254",
                                "169.254.0.1",
                                "169.254.169.254",
                                "172.16.0.1",
                                "172.31.255.255",
                                "192.0.0.1",
                                "192.0.2.1",
                                "192.88.99.1",
                                "192.168.0.1",
                                "192.168.255.255",
                                "198.18.0.1",
                                "198.19.255.255",
                                "198.51.100.7",
                                "203.0.113.9",
                                "224.0.0.1",
                                "239.255.255.255",
                                "240.0.0.1",
                                "255.255.255.255",
                                "::",
                                "::1",
                                "::ffff:8.8.8.8",
                                "::ffff:127.0.0.1",
                                "::127.0.0.1",
                                "64:ff9b::7f00:1",
                                "100::1",
                                "2001::1",
                                "2001:db8::1",
                                "2002:7f00:1::1",
                                "3fff::1",
                                "fc00::1",
                                "fd12:3456::1",
                                "fe80::1",
                                "febf::1",
                                "fec0::1",
                                "ff02::1"})
    {
        CAPTURE(address);
        CHECK(!policy.allows(Poco::Net::IPAddress(address)));
    }
    for (const char *address :
         {"8.8.8.8", "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "172.15.255.255",
          "172.32.0.0", "192.167.255.255", "192.169.0.0", "223.255.255.255", "2606:4700::1111", "2a00:1450::1"})
    {
        CAPTURE(address);
        CHECK(policy.allows(Poco::Net::IPAddress(address)));
    }
    const AddressPolicy opened({Network("10.20.0.0/16"), Network("fd00:1::/32")});
    CHECK(opened.allows(Poco::Net::IPAddress("10.20.3.4")));
    CHECK(!opened.allows(Poco::Net::IPAddress("10.21.0.1")));
    CHECK(opened.allows(Poco::Net::IPAddress("fd00:1:2::3")));
    CHECK(!opened.allows(Poco::Net::IPAddress("fd00:2::3")));
}

TEST_CASE("an invalid network is reported")
{
    for (const char *text : {"", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/x", "10.0.0.1/8", "ten/8", "::/129"})
    {
        CAPTURE(text);
        CHECK_THROWS_WITH(Network(text), Catch::Contains("\"" + std::string(text) + "\""));
    }
}

TEST_CASE("a request that could smuggle another one is rejected")
{
    const auto refused = [](const std::string &method, const std::string &name, const std::string &value) {
        HttpRequest request;
        request.method = method;
        request.headers = {{name, value}};
        return EgressPolicy::refuseMessage(request).has_value();
    };
    CHECK(!refused("GET", "Accept", "application/json"));
    CHECK(!refused("POST", "X-Key", "caf\xC3\xA9 and more"));
    CHECK(refused("CONNECT", "A", "b"));
    CHECK(refused("TRACE", "A", "b"));
    CHECK(refused("get", "A", "b"));
    CHECK(refused("GET /x HTTP/1.1\r\nA: b\r\n\r\nGET", "A", "b"));
    CHECK(refused("", "A", "b"));
    for (const char *name :
         {"", "A b", "A:b", "A\r\nB", "Host", "HOST", "Content-Length", "Transfer-Encoding", "Connection", "Upgrade",
          "TE", "Trailer", "Expect", "Proxy-Authorization", "Keep-Alive", "Accept-Encoding", "Caf\xC3\xA9"})
    {
        CAPTURE(name);
        CHECK(refused("GET", name, "x"));
    }
    for (const std::string &value : {std::string("a\r\nHost: evil"), std::string("a\nb"), std::string("a\0b", 3),
                                     std::string("a\tb"), std::string("\x7F")})
        CHECK(refused("GET", "A", value));
    CHECK(refused("GET", "A", std::string(40000, 'a')));
    HttpRequest large;
    large.method = "POST";
    large.body.assign((4 << 20) + 1, 'a');
    CHECK(EgressPolicy::refuseMessage(large).has_value());
}
