// The impact of a change between two builds of a plugin.
#include "host/json/strict_json.h"
#include "host/plugin/descriptor_diff.h"
#include "host/plugin/form_field.h"

#include <catch2/catch.hpp>

#include <Poco/JSON/Array.h>

#include <fstream>
#include <sstream>

using namespace psa::json;
using namespace psa::plugin;
using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;

namespace {

/// A descriptor whose form `configuration` has the one field "f" with the members `field`.
Object::Ptr withField(const std::string &field, const std::string &more = "")
{
    return parseStrict(R"({"descriptorVersion":1,"id":"com.example.x","name":"X","vendor":"V","version":"1.0.0",
        "allowedHosts":["api.example.com"],"configuration":{"type":"object","properties":{)" +
                       field + "}" + more + "}}")
        .extract<Object::Ptr>();
}

Object::Ptr withMembers(const std::string &members)
{
    return withField(R"("f":{"type":"string","title":"F","description":"d")" + members + "}");
}

/// A descriptor with further top-level members.
Object::Ptr withTop(const std::string &members)
{
    return parseStrict(R"({"descriptorVersion":1,"id":"com.example.x","name":"X","vendor":"V","version":"1.0.0",
        "configuration":{"type":"object","properties":{}})" +
                       members + "}")
        .extract<Object::Ptr>();
}

/// "breaking configuration.f: maxLength 9 -> 5" of each change, one per line.
std::string diff(const Object &before, const Object &after)
{
    std::string text;
    for (const DescriptorChange &change : diffDescriptors(before, after))
    {
        CHECK(!change.why.empty());
        text += std::string(toText(change.impact)) + " " + change.where + ": " + change.change + "\n";
    }
    return text;
}

struct Case
{
    std::string before;
    std::string after;
    std::string there; ///< Reported for before -> after,
    std::string back;  ///< and for after -> before.
};

} // namespace

TEST_CASE("a change of a field's rules is breaking if an accepted value may now be rejected")
{
    const auto wanted = GENERATE(values<Case>({
        {R"(,"maxLength":9)", R"(,"maxLength":5)", "breaking configuration.f: maxLength 9 -> 5\n",
         "compatible configuration.f: maxLength 5 -> 9\n"},
        {"", R"(,"maxLength":5)", "breaking configuration.f: maxLength 4000 -> 5\n",
         "compatible configuration.f: maxLength 5 -> 4000\n"},
        {"", R"(,"minLength":2)", "breaking configuration.f: minLength 0 -> 2\n",
         "compatible configuration.f: minLength 2 -> 0\n"},
        {"", R"(,"pattern":"^a")", "breaking configuration.f: pattern none -> \"^a\"\n",
         "compatible configuration.f: pattern \"^a\" -> none\n"},
        {R"(,"pattern":"^b")", R"(,"pattern":"^a")", "breaking configuration.f: pattern \"^b\" -> \"^a\"\n",
         "breaking configuration.f: pattern \"^a\" -> \"^b\"\n"},
        {R"(,"enum":["a"])", R"(,"enum":["a","b"])", "compatible configuration.f: value \"b\" added\n",
         "breaking configuration.f: value \"b\" removed\n"},
        {"", R"(,"enum":["a"])", "breaking configuration.f: now one of a list of values\n",
         "compatible configuration.f: any value now\n"},
        {"", R"(,"secret":true)", "breaking configuration.f: now a secret\n",
         "breaking configuration.f: no longer a secret\n"},
        {"", R"(,"default":"x")", "needs review configuration.f: default none -> \"x\"\n",
         "needs review configuration.f: default \"x\" -> none\n"},
        {"", R"(,"choices":"list")", "compatible configuration.f: list of choices none -> \"list\"\n",
         "needs review configuration.f: list of choices \"list\" -> none\n"},
        {R"(,"blankMeans":"auto")", "", "needs review configuration.f: blankMeans \"auto\" -> none\n",
         "needs review configuration.f: blankMeans none -> \"auto\"\n"},
        {"", R"(,"placeholder":"x")", "compatible configuration.f: placeholder none -> \"x\"\n",
         "compatible configuration.f: placeholder \"x\" -> none\n"},
    }));
    CAPTURE(wanted.before, wanted.after);
    const auto before = withMembers(wanted.before);
    const auto after = withMembers(wanted.after);
    CHECK(diff(*before, *after) == wanted.there);
    CHECK(diff(*after, *before) == wanted.back);
    CHECK(diff(*before, *before).empty());
}

TEST_CASE("numbers, types and items are narrowed and widened too")
{
    const auto field = [](const std::string &members) {
        return withField(R"("f":{"title":"F","description":"d",)" + members + "}");
    };
    const auto whole = field(R"("type":"integer","minimum":1,"maximum":9)");
    CHECK(diff(*whole, *field(R"("type":"number","minimum":1,"maximum":9)")) ==
          "compatible configuration.f: type integer -> number\n");
    CHECK(diff(*whole, *field(R"("type":"integer","minimum":2,"maximum":8)")) ==
          "breaking configuration.f: minimum 1 -> 2\nbreaking configuration.f: maximum 9 -> 8\n");
    CHECK(diff(*whole, *field(R"("type":"integer")")) ==
          "compatible configuration.f: minimum 1 -> none\ncompatible configuration.f: maximum 9 -> none\n");
    CHECK(diff(*field(R"("type":"string")"), *field(R"("type":"boolean")")) ==
          "breaking configuration.f: type string -> boolean\n");
    CHECK(diff(*field(R"("type":"array")"), *field(R"("type":"array","items":{"type":"string","maxLength":5})")) ==
          "breaking configuration.f: type of the items any -> string\n"
          "breaking configuration.f: maxLength of the items 4000 -> 5\n");
}

TEST_CASE("fields are added, removed and become required")
{
    const std::string f = R"("f":{"type":"string","title":"F","description":"d"})";
    const std::string g = R"("g":{"type":"string","title":"G","description":"d"})";
    const std::string gWithDefault = R"("g":{"type":"string","title":"G","description":"d","default":"x"})";
    const auto before = withField(f);
    CHECK(diff(*before, *withField(f + "," + g)) == "compatible configuration.g: new field\n");
    CHECK(diff(*before, *withField(f + "," + g, R"(,"required":["g"])")) ==
          "breaking configuration.g: new required field\n");
    CHECK(diff(*before, *withField(f + "," + gWithDefault, R"(,"required":["g"])")) ==
          "compatible configuration.g: new field\n");
    CHECK(diff(*withField(f + "," + g), *before) == "breaking configuration.g: field removed\n");
    CHECK(diff(*before, *withField(f, R"(,"required":["f"])")) == "breaking configuration.f: now required\n");
    CHECK(diff(*withField(f, R"(,"required":["f"])"), *before) == "compatible configuration.f: no longer required\n");
    CHECK(diff(*withField(gWithDefault, R"(,"required":["g"])"), *withField(g, R"(,"required":["g"])")) ==
          "breaking configuration.g: default \"x\" -> none\n");
}

TEST_CASE("capabilities, hosts, limits and reference")
{
    const auto wanted = GENERATE(values<Case>({
        {R"(,"allowedHosts":[],"extensions":["psa.find-ticket/1"])", R"(,"allowedHosts":[])",
         "breaking extensions: psa.find-ticket/1 removed\n", "compatible extensions: psa.find-ticket/1 added\n"},
        {R"(,"allowedHosts":["a.example.com"])", R"(,"allowedHosts":["a.example.com","b.example.com"])",
         "needs review allowedHosts: b.example.com added\n", "breaking allowedHosts: b.example.com removed\n"},
        {R"(,"allowedHosts":["a.example.com"])", R"(,"allowedHosts":["*.example.com"])",
         "compatible allowedHosts: a.example.com removed\nneeds review allowedHosts: *.example.com added\n",
         "breaking allowedHosts: *.example.com removed\nneeds review allowedHosts: a.example.com added\n"},
        {R"(,"allowedHosts":[])", R"(,"allowedHosts":[],"limits":{"instances":4})",
         "needs review limits: instances: 1 -> 4\n", "compatible limits: instances: 4 -> 1\n"},
        {R"(,"allowedHosts":[],"limits":{"requests":[{"max":9,"windowSeconds":60}]})",
         R"(,"allowedHosts":[],"limits":{"requests":[{"max":5,"windowSeconds":60}]})",
         "compatible limits: requests in 60 s: 9 -> 5\n", "needs review limits: requests in 60 s: 5 -> 9\n"},
        {R"(,"allowedHosts":[],"limits":{"concurrency":[{"max":3,"limitKey":"k"}]})", R"(,"allowedHosts":[])",
         "needs review limits: concurrency of \"k\": 3 removed\n",
         "compatible limits: concurrency of \"k\": 3 added\n"},
        {R"(,"allowedHosts":[],"reference":{"field":"a","maxLength":50,"findIsConsistent":false,"quietSeconds":9})",
         R"(,"allowedHosts":[],"reference":{"field":"b","maxLength":40,"findIsConsistent":true,"quietSeconds":5})",
         "breaking reference.field: \"a\" -> \"b\"\nbreaking reference.maxLength: 50 -> 40\n"
         "needs review reference.findIsConsistent: false -> true\nneeds review reference.quietSeconds: 9 -> 5\n",
         "breaking reference.field: \"b\" -> \"a\"\ncompatible reference.maxLength: 40 -> 50\n"
         "compatible reference.findIsConsistent: true -> false\ncompatible reference.quietSeconds: 5 -> 9\n"},
    }));
    CAPTURE(wanted.before, wanted.after);
    const auto before = withTop(wanted.before);
    const auto after = withTop(wanted.after);
    CHECK(diff(*before, *after) == wanted.there);
    CHECK(diff(*after, *before) == wanted.back);
}

TEST_CASE("a lower ABI requirement is compatible, a higher one and another major are breaking")
{
    CHECK(worstOf(diffAbi({1, 3, 2}, {1, 3, 2})) == Impact::compatible);
    CHECK(diffAbi({1, 3, 2}, {1, 3, 2}).empty());
    CHECK(worstOf(diffAbi({1, 3, 2}, {1, 4, 1})) == Impact::compatible);
    CHECK(diffAbi({1, 3, 2}, {1, 4, 1}).size() == 2);
    CHECK(worstOf(diffAbi({1, 3, 2}, {1, 3, 3})) == Impact::breaking);
    CHECK(worstOf(diffAbi({1, 3, 2}, {2, 3, 2})) == Impact::breaking);
}

namespace {

Object::Ptr exampleDescriptor()
{
    std::ifstream file(PSA_SOURCE_DIR "/plugin-api/schemas/examples/descriptor.json");
    std::ostringstream text;
    text << file.rdbuf();
    return parseStrict(text.str()).extract<Object::Ptr>();
}

/// Removes, one at a time, every member of `object` and of what it contains, and checks that each removal is seen.
void withoutEach(Object::Ptr object, const std::string &path, const std::function<void(const std::string &)> &see)
{
    for (const std::string &name : object->getNames())
    {
        if (name == "type" && object->has("properties"))
            continue; // of a form: it has only one value
        const Var value = object->get(name);
        object->remove(name);
        see(path + "/" + name);
        object->set(name, value);
        if (value.type() == typeid(Object::Ptr))
            withoutEach(value.extract<Object::Ptr>(), path + "/" + name, see);
        if (value.type() == typeid(Array::Ptr))
        {
            const auto array = value.extract<Array::Ptr>();
            for (unsigned i = 0; i < array->size(); ++i)
                if (array->isObject(i))
                    withoutEach(array->getObject(i), path + "/" + name, see);
        }
    }
}

} // namespace

TEST_CASE("nothing can be removed from a descriptor without being listed")
{
    const auto whole = exampleDescriptor();
    const auto changed = exampleDescriptor();
    int seen = 0;
    withoutEach(changed, "", [&](const std::string &path) {
        CAPTURE(path);
        try
        {
            const auto changes = diffDescriptors(*whole, *changed);
            CHECK(!changes.empty());
            ++seen;
        }
        catch (const Poco::Exception &) // a member that its schema requires was removed
        {
        }
        catch (const InvalidForm &)
        {
        }
    });
    CHECK(seen > 25);
    CHECK(diffDescriptors(*whole, *changed).empty());
}
