// Reports in machine-readable formats.
#include "tests/plugin-check/checker.h"

#include <Poco/AutoPtr.h>
#include <Poco/DOM/DOMParser.h>
#include <Poco/DOM/Document.h>
#include <Poco/DOM/Element.h>
#include <Poco/DOM/NodeList.h>

#include <catch2/catch.hpp>

using namespace psa::test;
using Catch::Contains;

namespace {

Poco::AutoPtr<Poco::XML::Document> junitOf(const std::vector<std::string> &arguments, const std::string &plugin)
{
    std::vector<std::string> all = arguments;
    all.insert(all.end(), {"--junit", plugin});
    const ProgramResult result = runChecker(all);
    INFO(result.out << result.err);
    Poco::XML::DOMParser parser;
    return parser.parseString(result.out); // throws if it is not XML
}

std::size_t countOf(const Poco::XML::Document &document, const std::string &name)
{
    const Poco::AutoPtr<Poco::XML::NodeList> found = document.getElementsByTagName(name);
    return found->length();
}

} // namespace

TEST_CASE("JUnit has one test case per check, and each result in its place")
{
    const auto document = junitOf({"--only", "^(S0[1-6]|A01)$"}, faultPlugin("exports_extra"));
    CHECK(countOf(*document, "testcase") == 7);
    CHECK(countOf(*document, "failure") == 1); // S03
    CHECK(countOf(*document, "skipped") == 2); // S04, A01
    const Poco::AutoPtr<Poco::XML::NodeList> suites = document->getElementsByTagName("testsuite");
    const auto *suite = dynamic_cast<Poco::XML::Element *>(suites->item(0));
    CHECK(suite->getAttribute("tests") == "7");
    CHECK(suite->getAttribute("failures") == "1");
    CHECK(suite->getAttribute("skipped") == "2");
}

TEST_CASE("a crash is an error in JUnit")
{
    const auto document = junitOf({"--only", "^S0[1-4]$"}, faultPlugin("constructor_crashes"));
    CHECK(countOf(*document, "error") == 1);
}

TEST_CASE("a crash is reported with the command that shows it in a debugger")
{
    const std::string plugin = faultPlugin("constructor_crashes");
    const ProgramResult crashed = runChecker({"--only", "^S0[1-4]$", "--seed", "7", plugin});
    CHECK_THAT(crashed.out, Contains("To debug: gdb --args psa-plugin-check --no-sandbox --in-process --level 2 --only "
                                     "'^S04$' --seed 7 " +
                                     plugin + '\n'));
    const ProgramResult failed = runChecker({"--only", "^S03$", faultPlugin("exports_extra")});
    CHECK_THAT(failed.out, Contains("To repeat: ") && !Contains("To debug: "));
}

TEST_CASE("texts of a plugin cannot break a report")
{
    const std::string plugin = faultPlugin("error_wild_text");
    const auto document = junitOf({"--only", "^M0"}, plugin);
    CHECK(countOf(*document, "testcase") == 5);
    CHECK(check(plugin, {"--only", "^M0"}).results.size() == 5);
}

TEST_CASE("JSON contains what is needed to reproduce a result")
{
    const Checked checked = check(faultPlugin("constructor_crashes"), {"--only", "^S0[1-4]$"});
    CHECK(checked.verdict("S04") == "crashed");
    CHECK(checked.results.at("S04")->getValue<int>("seed") == 7);
    CHECK(checked.results.at("S04")->getValue<std::string>("title") == "It can be loaded");
    CHECK(checked.program.exitCode == 3);
}
