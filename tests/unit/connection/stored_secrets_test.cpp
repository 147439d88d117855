#include "host/connection/connection_secrets.h"

#include "host/json/strict_json.h"

#include <catch2/catch.hpp>

using namespace psa::connection;
using namespace psa::json;
using namespace psa::plugin;

namespace {

using Names = std::vector<std::string>;

Poco::JSON::Object::Ptr object(const std::string &json)
{
    return parseStrict(json).extract<Poco::JSON::Object::Ptr>();
}

const Form &form()
{
    static const Form made(*object(R"({"type":"object","properties":{
        "user": {"type":"string","title":"API User","description":"d"},
        "site": {"type":"string","title":"Site","description":"d","default":"eu.psa.example"},
        "port": {"type":"integer","title":"Port","description":"d"},
        "scopes": {"type":"array","title":"Scopes","description":"d","items":{"type":"string"}},
        "options": {"type":"object","title":"Options","description":"d","additionalProperties":{"type":"string"}},
        "secret": {"type":"string","title":"API Secret","description":"d","secret":true},
        "code": {"type":"string","title":"Code","description":"d","secret":true}}})"));
    return made;
}

StoredSecrets judge(const std::string &before, const std::string &after, const Names &stored = {"secret", "code"})
{
    return judgeStoredSecrets(form(), *object(before), *object(after), stored);
}

} // namespace

TEST_CASE("stored secrets are kept when nothing but secrets changes")
{
    for (const char *after :
         {R"({"user":"u","port":1})", R"({"user":"u","port":1,"secret":"new"})", R"({"port":1,"user":"u","site":""})",
          R"({"user":"u","port":1,"site":"eu.psa.example"})", R"({"user":"u","port":1,"site":null,"code":"new"})"})
    {
        INFO(after);
        const StoredSecrets verdict = judge(R"({"user":"u","port":1})", after);
        CHECK(verdict.kept());
        CHECK(verdict.missing.empty());
    }
    CHECK(judge(R"({"scopes":["a","b"],"options":{"x":"1","y":"2"}})",
                R"({"options":{"y":"2","x":"1"},"scopes":["a","b"]})")
              .kept());
}

TEST_CASE("any change of a field that is not secret drops them, and names field and secrets")
{
    const std::string before = R"({"user":"u","port":1,"scopes":["a"],"options":{"x":"1"}})";
    const std::pair<const char *, const char *> changes[] = {
        {R"({"user":"v","port":1,"scopes":["a"],"options":{"x":"1"}})", "API User (user)"},
        {R"({"user":"U","port":1,"scopes":["a"],"options":{"x":"1"}})", "API User (user)"},
        {R"({"port":1,"scopes":["a"],"options":{"x":"1"}})", "API User (user)"},
        {R"({"user":"u","port":2,"scopes":["a"],"options":{"x":"1"}})", "Port (port)"},
        {R"({"user":"u","port":1,"scopes":["b"],"options":{"x":"1"}})", "Scopes (scopes)"},
        {R"({"user":"u","port":1,"scopes":["a"],"options":{"x":"2"}})", "Options (options)"},
        {R"({"user":"u","port":1,"site":"us.psa.example","scopes":["a"],"options":{"x":"1"}})", "Site (site)"}};
    for (const auto &[after, label] : changes)
    {
        INFO(after);
        const StoredSecrets verdict = judge(before, after);
        CHECK(verdict.changed == Names{label});
        REQUIRE(verdict.missing.size() == 2);
        CHECK(verdict.missing[0].field == "secret");
        CHECK(verdict.missing[0].message ==
              "API Secret (secret) must be entered again, because what it belongs to has changed: " +
                  std::string(label));
    }
}

TEST_CASE("secrets given with the change do not have to be entered again, and are never repeated")
{
    const StoredSecrets one = judge(R"({"user":"u"})", R"({"user":"v","secret":"c4n4ry"})");
    REQUIRE(one.missing.size() == 1);
    CHECK(one.missing[0].field == "code");
    CHECK(one.missing[0].message.find("c4n4ry") == std::string::npos);
    CHECK(judge(R"({"user":"u"})", R"({"user":"v","secret":"a","code":"b"})").missing.empty());
    CHECK(judge(R"({"user":"u"})", R"({"user":"v","secret":"a"})", {"secret"}).missing.empty());
    CHECK(judge(R"({"user":"u"})", R"({"user":"v","secret":" ","code":"b"})").missing.size() == 1);
}

TEST_CASE("a field that only another version of the plugin has counts too")
{
    CHECK(judge(R"({"user":"u","host":"a.psa.example"})", R"({"user":"u"})").changed == Names{"host"});
    CHECK(judge(R"({"user":"u"})", R"({"user":"u"})", {"secret", "gone"}).kept());
    const StoredSecrets verdict = judge(R"({"user":"u"})", R"({"user":"v"})", {"gone"});
    CHECK_FALSE(verdict.kept());
    CHECK(verdict.missing.empty()); // no field exists to enter it in
}
