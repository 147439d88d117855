#include "host/net/secret_answer.h"

#include "host/net/secret_registry.h"

#include <catch2/catch.hpp>

using namespace psa::net;

namespace {

std::string shown(std::string_view body)
{
    SecretRegistry secrets;
    secrets.learn("known-secret");
    secrets.learn("471147114711");
    return withoutSecrets(body, secrets);
}

using Texts = std::vector<std::string>;

} // namespace

TEST_CASE("a JSON body that contains secrets keeps its shape, and no text of it", "[secret-answer]")
{
    CHECK(shown(R"({"access_token":"abc","expires_in":3600,"expires_at":1795534200000,"ok":true,"no":null,"e":""})") ==
          R"({"access_token":"[redacted]","e":"","expires_at":1795534200000,"expires_in":3600,"no":null,"ok":true})");
    CHECK(shown(R"([{"a":["x",{"b":"y"}]}])") == R"([{"a":["[redacted]",{"b":"[redacted]"}]}])");
    CHECK(shown(R"({"known-secret":1})") == R"({"[redacted]":1})");
}

TEST_CASE("a number that could be a secret is not shown", "[secret-answer]")
{
    CHECK(shown(R"({"long":12345678901234,"known":471147114711,"short":1.5})") ==
          R"({"known":0,"long":0,"short":1.5})");
}

TEST_CASE("what OAuth 2.0 defines and is not secret stays readable in a body that contains secrets", "[secret-answer]")
{
    CHECK(shown(R"({"error":"invalid_grant","error_description":"known-secret is wrong","token_type":"Bearer"})") ==
          R"({"error":"invalid_grant","error_description":"[redacted] is wrong","token_type":"Bearer"})");
}

TEST_CASE("of a body that is not JSON nothing is shown if it contains secrets", "[secret-answer]")
{
    for (const char *body : {"abc", "access_token=abc&x=1", "<token>abc</token>", R"({"a":"b")", R"("abc")", "\xff"})
        CHECK(shown(body) == "[redacted]");
    CHECK(shown("").empty());
}

TEST_CASE("texts of a response that could be tokens are found", "[secret-answer]")
{
    CHECK(possibleTokens(R"({"access_token":"a.b-c_d~e","short":"admin","words":"two words","n":12345678,
        "token_type":"Bearer-of-news","url":"https://psa.example.com/x","list":["0123456789"]})") ==
          Texts{"a.b-c_d~e", "0123456789"});
    CHECK(possibleTokens("0123456789abcdef") == Texts{"0123456789abcdef"});
    CHECK(possibleTokens("access_token=0123456789abcdef%3D&expires_in=3600") == Texts{"0123456789abcdef%3D"});
    CHECK(possibleTokens("<token>0123456789abcdef</token>") == Texts{"0123456789abcdef"});
    CHECK(possibleTokens("{\"a\":\"" + std::string(maxLearnedBytes + 1, 'x') + "\"}").empty());
    CHECK(possibleTokens("").empty());
}

TEST_CASE("a response of many texts does not fill the memory for secrets", "[secret-answer]")
{
    std::string list = "[";
    for (int i = 0; i < 100; ++i)
        list += (i > 0 ? ",\"" : "\"") + std::to_string(100'000'000 + i) + "\"";
    CHECK(possibleTokens(list + "]").size() == 16);
}
