#include "host/events/rules/customer.h"
#include "host/events/rules/document.h"
#include "host/json/json_text.h"
#include "sample.h"

#include <catch2/catch.hpp>

using namespace psa::events;
using namespace psa::events::rules;
using psa::json::jsonText;
using psa::tests::jsonObject;

namespace {

Customer customerOf(const std::string &json)
{
    return Customer::parse(*jsonObject(json));
}

std::string customerProblem(const std::string &json)
{
    try
    {
        customerOf(json);
        return "";
    }
    catch (const RuleInvalid &error)
    {
        return error.pointer() + " " + error.problem();
    }
}

std::string tableProblem(const std::vector<std::string> &documents)
{
    std::vector<Customer> customers;
    for (const std::string &json : documents)
        customers.push_back(customerOf(json));
    try
    {
        CustomerTable{customers};
        return "";
    }
    catch (const RuleInvalid &error)
    {
        return error.pointer() + " " + error.problem();
    }
}

const std::string clinic = R"({"name":"Brightwater Clinic","aliases":[{"source":"prod-alerts","id":"27"},
    {"source":"*","name":"Brightwater Clinic"}],"companies":{"acme":"175"}})";
const std::string foods =
    R"({"name":"Lindgren Foods AB","aliases":[{"source":"*","id":27},{"source":"rmm","name":"LINDGREN"}],
    "companies":{"acme":176}})";

std::string nameOf(const Customer *customer)
{
    return customer == nullptr ? "" : customer->name;
}

/// "NAME SCORE" of each suggestion, companies in brackets.
std::string suggested(const CustomerTable &table, const std::string &name, const std::vector<Company> &companies = {})
{
    std::string text;
    for (const Suggestion &each : table.suggest({"", name}, companies))
        text += (text.empty() ? "" : ", ") +
                (each.customer.empty() ? "[" + each.company.connection + " " + each.company.id + "]" : each.customer);
    return text;
}

} // namespace

TEST_CASE("a customer is found by its id, else by its exact name, else by its name in any case", "[rules]")
{
    const CustomerTable table({customerOf(clinic), customerOf(foods)});
    CHECK(nameOf(table.find("prod-alerts", {"27", "whatever"})) == "Brightwater Clinic");
    CHECK(nameOf(table.find("rmm", {"27", ""})) == "Lindgren Foods AB");
    CHECK(nameOf(table.find("rmm", {"", "LINDGREN"})) == "Lindgren Foods AB");
    CHECK(nameOf(table.find("rmm", {"", " lindgren\t"})) == "Lindgren Foods AB");
    CHECK(nameOf(table.find("rmm", {"28", "brightwater clinic"})) == "Brightwater Clinic");
    CHECK(nameOf(table.find("other", {"", "LINDGREN"})).empty());
    CHECK(nameOf(table.find("rmm", {"", "Brightwater"})).empty());
    CHECK(nameOf(table.find("rmm", {"", ""})).empty());
    CHECK(nameOf(CustomerTable().find("rmm", {"27", "x"})).empty());
}

TEST_CASE("an alias of one source is stronger than that of all sources", "[rules]")
{
    const CustomerTable table({customerOf(R"({"name":"A","aliases":[{"source":"*","name":"Head office"}]})"),
                               customerOf(R"({"name":"B","aliases":[{"source":"rmm","name":"Head office"}]})")});
    CHECK(nameOf(table.find("rmm", {"", "Head office"})) == "B");
    CHECK(nameOf(table.find("prtg", {"", "Head office"})) == "A");
}

TEST_CASE("names in any case are compared beyond ASCII", "[rules]")
{
    const CustomerTable table({customerOf(R"({"name":"Kühlraum Ålesund"})")});
    CHECK(nameOf(table.find("any", {"", "KÜHLRAUM ÅLESUND"})) == "Kühlraum Ålesund");
}

TEST_CASE("two customers with the same alias are refused, and both are named", "[rules]")
{
    CHECK(tableProblem({clinic, foods}).empty());
    CHECK(tableProblem(
              {clinic, R"({"name":"Other","aliases":[{"source":"*","name":"X"},{"source":"prod-alerts","id":27}]})"}) ==
          "/aliases/1 is also an alias of the customer \"Brightwater Clinic\": the id \"27\" of the source "
          "\"prod-alerts\" "
          "cannot also be \"Other\"");
    CHECK(tableProblem({clinic, R"({"name":"Other","aliases":[{"source":"*","name":" brightwater CLINIC "}]})"}) ==
          "/aliases/0 is also an alias of the customer \"Brightwater Clinic\": the name \" brightwater CLINIC \" of "
          "the source "
          "\"*\" cannot also be \"Other\"");
    CHECK(tableProblem({R"({"name":"A","aliases":[{"source":"*","name":"X"},{"source":"*","name":"x"}]})"}).empty());
}

TEST_CASE("a customer without aliases is known by its name to every source", "[rules]")
{
    const Customer customer = customerOf(R"({"name":"Acme"})");
    REQUIRE(customer.aliases.size() == 1);
    CHECK(customer.aliases[0].source == "*");
    CHECK(customer.aliases[0].name == "Acme");
    CHECK(customerOf(R"({"name":"Acme","aliases":[]})").warnings().size() == 2);
}

TEST_CASE("a customer has a company for each connection, or none", "[rules]")
{
    CHECK(customerOf(clinic).companyFor("acme") == "175");
    CHECK(customerOf(foods).companyFor("acme") == "176");
    CHECK(customerOf(clinic).companyFor("other").empty());
    CHECK(jsonText(Customer::parse(*customerOf(foods).toJson()).toJson()) == jsonText(customerOf(foods).toJson()));
}

TEST_CASE("what is wrong with a customer is said with its place", "[rules]")
{
    CHECK(customerProblem(R"({"name":"A","alias":[]})") == "/alias is not a known member. Similar: \"aliases\".");
    CHECK(customerProblem(R"({"name":"A","aliases":[{"id":"1"}]})") == "/aliases/0/source is missing");
    CHECK(customerProblem(R"({"name":"A","aliases":[{"source":"*"}]})") ==
          "/aliases/0 has neither \"id\" nor \"name\"");
    CHECK_THAT(customerProblem(R"({"name":"A","aliases":[{"source":"*","id":"1","name":"A"}]})"),
               Catch::StartsWith("/aliases/0/name is beside \"id\"; make two aliases"));
    CHECK(customerProblem(R"({"name":"A","aliases":[{"source":"*","name":"  "}]})") == "/aliases/0/name is empty");
    CHECK(customerProblem(R"({"name":"A","companies":{"a/b":""}})") == "/companies/a~1b is empty");
    CHECK(customerProblem(R"({"name":"A","companies":{"acme":true}})") == "/companies/acme is not a string");
    CHECK_THAT(customerProblem(R"({"name":"A","aliases":["x"]})"), Catch::StartsWith("/aliases/0 is not an object"));
}

TEST_CASE("suggestions for an unknown customer are those whose words are mostly the same", "[rules]")
{
    const CustomerTable table({customerOf(clinic), customerOf(foods), customerOf(R"({"name":"Fjordline Clinic"})")});
    CHECK(suggested(table, "Lindgren Foods") == "Lindgren Foods AB");
    CHECK(suggested(table, "LINDGREN-FOODS, Ltd.") == "Lindgren Foods AB");
    CHECK(suggested(table, "Brightwatr Clinic") == "Brightwater Clinic");
    CHECK(suggested(table, "Brightwater") == "Brightwater Clinic");
    CHECK(suggested(table, "Harbour Clinic").empty());
    CHECK(suggested(table, "Ltd").empty());
    CHECK(suggested(table, "").empty());
    CHECK(table.suggest({"", "Lindgren Foods"}, {}).at(0).why == "\"Lindgren Foods AB\" has the same words");
    CHECK(table.suggest({"", "Brightwatr Clinic"}, {}).at(0).why ==
          "\"Brightwater Clinic\" has the same words, but for a letter");
    CHECK(table.suggest({"", "Brightwater Clinic Oslo"}, {}).at(0).why ==
          "\"Brightwater Clinic\" also has: brightwater clinic");
}

TEST_CASE("companies of a PSA are suggested too, ordered by likeness and at most five", "[rules]")
{
    const CustomerTable table({customerOf(clinic)});
    CHECK(suggested(table, "Kuhlraum Alesund", {{"acme", "9", "Kühlraum Ålesund AS"}, {"acme", "8", "Other"}}) ==
          "[acme 9]");
    CHECK(suggested(table, "Brightwater Clinic Ltd",
                    {{"acme", "1", "Brightwater"}, {"acme", "2", "Brightwater Clinic AS"}}) ==
          "Brightwater Clinic, [acme 2], [acme 1]");
    std::vector<Company> many;
    for (int i = 0; i < 20; ++i)
        many.push_back({"acme", std::to_string(i), "Brightwater"});
    CHECK(table.suggest({"", "Brightwater"}, many).size() == 5);
}
