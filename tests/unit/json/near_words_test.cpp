#include "host/json/near_words.h"

#include <catch2/catch.hpp>

using namespace psa::json;

TEST_CASE("the edit distance counts changed, added, removed and swapped bytes", "[json]")
{
    CHECK(editDistance("queue", "queue") == 0);
    CHECK(editDistance("queue", "quee") == 1);
    CHECK(editDistance("queue", "qeuue") == 1);
    CHECK(editDistance("", "abc") == 3);
}

TEST_CASE("a misspelled value is answered with those that it resembles, the most similar first", "[json]")
{
    const std::vector<std::string> known = {"Service Desk", "Alerts", "Alerts (night)", "Projects"};
    CHECK(nearWords("alrets", known) == std::vector<std::string>{"Alerts"});
    CHECK(nearWords("ALERT", known) == std::vector<std::string>{"Alerts", "Alerts (night)"});
    CHECK(nearWords("alert", known, 1) == std::vector<std::string>{"Alerts"});
    CHECK(nearWords("Monitoring", known).empty());
    CHECK(similarText("alrets", known) == " Similar: \"Alerts\".");
    CHECK(similarText("Monitoring", known).empty());
}

TEST_CASE("very long values are compared quickly", "[json]")
{
    const std::string one(100000, 'a');
    CHECK(nearWords(one, {std::string(90000, 'a') + "b", "b"}).size() == 1);
}
