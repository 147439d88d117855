// Conditions: a foreign value never ends the quotes around it.
#include "search.h"

#include <catch2/catch.hpp>

using namespace psa::plugins::connectwise;

TEST_CASE("a text in a condition is quoted, and one that could end its quotes is rejected")
{
    CHECK(quoted("a1b2-c3") == "\"a1b2-c3\"");
    CHECK(quoted("O'Brien & Söhne (50%)") == "\"O'Brien & Söhne (50%)\"");
    for (const char *text : {"a\" or externalXRef!=\"", "\"", "a\\", "\\\" or 1=1", "a\nb", "a\x7F"})
    {
        CAPTURE(text);
        CHECK(!quoted(text));
    }
}

TEST_CASE("each search term is encoded as one value")
{
    CHECK(Search().query().empty());
    CHECK(Search()
              .where("id=1")
              .where("name=\"A&B=#+\"")
              .fields("id,name")
              .orderBy("name")
              .pageSize(20)
              .page(3)
              .query() ==
          "?conditions=id%3D1%20and%20name%3D%22A%26B%3D%23%2B%22&fields=id%2Cname&orderBy=name&pageSize=20&page=3");
}

TEST_CASE("a text typed by a person is searched part by part, separated by what cannot be quoted")
{
    CHECK(Search().contains({"name"}, "").query().empty());
    CHECK(Search().contains({"name"}, " \"\\ ").query().empty());
    CHECK(Search().contains({"n"}, "a\" or \\b").query() ==
          "?conditions=%28n%20contains%20%22a%22%29%20and%20%28n%20contains%20%22or%22%29%20and%20%28n%20contains%20%"
          "22b%22%29");
    CHECK(Search().contains({"f", "l"}, "x").query() ==
          "?conditions=%28f%20contains%20%22x%22%20or%20l%20contains%20%22x%22%29");
}
