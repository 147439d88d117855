#include "host/events/rules/customer.h"
#include "host/events/rules/library.h"
#include "host/events/rules/rule.h"
#include "host/events/rules/window.h"
#include "sample.h"

#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>
#include <map>
#include <sstream>

using namespace psa::events::rules;
using psa::tests::jsonObject;

namespace {

std::string rulesManual()
{
    std::ifstream file(PSA_SOURCE_DIR "/docs/rules.md");
    return {std::istreambuf_iterator<char>(file), {}};
}

/// The blocks of docs/rules.md by what is written after their fence.
std::multimap<std::string, std::string> manualBlocks()
{
    std::multimap<std::string, std::string> blocks;
    std::istringstream lines(rulesManual());
    std::string line;
    while (std::getline(lines, line))
        if (line.starts_with("```"))
        {
            std::string block;
            for (std::string inner; std::getline(lines, inner) && inner != "```";)
                block += inner + '\n';
            blocks.emplace(line.substr(3), block);
        }
    return blocks;
}

} // namespace

TEST_CASE("the examples of the manual on rules are valid", "[rules]")
{
    std::map<std::string, int> counts;
    for (const auto &[kind, block] : manualBlocks())
    {
        INFO(block);
        ++counts[kind];
        if (kind == "json rule")
            CHECK_NOTHROW(Rule::parse(*jsonObject(block)));
        else if (kind == "json window")
            CHECK_NOTHROW(Window::parse(*jsonObject(block)));
        else if (kind == "json customer")
            CHECK_NOTHROW(Customer::parse(*jsonObject(block)));
        else if (kind == "json conditions")
            CHECK_NOTHROW(Conditions::parse(jsonObject(block)));
        else if (kind == "template")
            CHECK_NOTHROW(Template(block));
        else if (kind == "matchers")
        {
            std::istringstream lines(block);
            for (std::string line; std::getline(lines, line);)
                CHECK_NOTHROW(Matcher::parse(line));
        }
        else
            FAIL("no test knows blocks of the kind \"" << kind << '"');
    }
    CHECK(counts["json rule"] >= 3);
    CHECK(counts["json window"] == 2);
    CHECK(counts["json customer"] == 1);
    CHECK(counts["json conditions"] == 1);
    CHECK(counts["template"] == 2);
    CHECK(counts["matchers"] == 1);
}

TEST_CASE("the manual names every field that matchers know and every rule of the library", "[rules]")
{
    const std::string manual = rulesManual();
    for (const std::string &field : ValueName::fields())
        CHECK_THAT(manual, Catch::Contains("`" + field + "`"));
    for (const LibraryRule &entry : library())
        CHECK_THAT(manual, Catch::Contains("| " + entry.title + " |"));
}
