#include "common/exchange.h"
#include "common/json.h"
#include "common/pick_list.h"

#include <catch2/catch.hpp>

using namespace psa::plugins;

namespace {

const Psa somePsa{"Some PSA", "Address", "API user", "", ""};
const TicketName queueName{"queue", "queueID", "Queue", "queues"};

PickValue pick(const std::string &id, const std::string &label, bool active = true)
{
    PickValue value;
    value.id = id;
    value.label = label;
    value.active = active;
    return value;
}

std::string chosen(const std::vector<PickValue> &values, const std::string &given)
{
    try
    {
        return choosePickValue(somePsa, queueName, values, given).id;
    }
    catch (const psa::Error &error)
    {
        return error.what();
    }
}

} // namespace

TEST_CASE("a pick-list value that is listed twice is still one value")
{
    CHECK(chosen({pick("5", "Help"), pick("5", "Help")}, "5") == "5");
    CHECK(chosen({pick("5", "Help"), pick("5", "Help")}, "help") == "5");
    CHECK(chosen({pick("5", "Help"), pick("6", "help")}, "Help") ==
          "Queue \"Help\" matches more than one value in Some PSA.");
}

TEST_CASE("a label that equals another value's id refers to the value with that id")
{
    CHECK(chosen({pick("5", "6"), pick("6", "5")}, "6") == "6");
    CHECK(chosen({pick("5", "6"), pick("6", "Old", false)}, "6") == "5");
}

TEST_CASE("a label with other spaces between its words is the same label")
{
    CHECK(chosen({pick("5", "Help Desk")}, " help \t desk ") == "5");
    CHECK(chosen({pick("5", "Help Desk", false)}, "Help  Desk") == "Queue \"Help Desk\" is inactive in Some PSA.");
}

TEST_CASE("a flag may be written as a boolean, a number or a text")
{
    const auto flag = [](const std::string &value, bool otherwise) {
        return flagOf(*parseObject("{\"isActive\":" + value + "}"), "isActive", otherwise);
    };
    for (const char *set : {"true", "1", "\"True\"", "\"1\""})
        CHECK(flag(set, false));
    for (const char *unset : {"false", "0", "\"false\"", "\"0\""})
        CHECK(!flag(unset, true));
    for (const char *other : {"null", "2", "\"yes\"", "[]", "{}"})
    {
        CHECK(flag(other, true));
        CHECK(!flag(other, false));
    }
}
