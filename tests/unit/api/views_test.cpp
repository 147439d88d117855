// How the API shows what the store contains.
#include "host/api/views.h"

#include "host/plugin/ticket_builder.h"

#include <Poco/JSON/Array.h>

#include <catch2/catch.hpp>

using namespace psa::api;
using namespace psa::plugin;
using namespace psa::store;
using namespace psa::ticket;
using Catch::Contains;

TEST_CASE("an audit entry whose detail cannot be read is shown without it, and says why", "[api]")
{
    const auto view = toView(auditEntry("test", "ticket.attempt", "a", R"({"torn":)"));
    CHECK(view->getValue<std::string>("action") == "ticket.attempt");
    CHECK_THAT(view->getObject("detail")->getValue<std::string>("unreadable"),
               Contains("omitted") && Contains("line 1"));
}

TEST_CASE("the warning about a default company names its label, not its id", "[api]")
{
    StoredTicket ticket;
    ticket.company = "174";
    ticket.outcome.warnings = {defaultCompanyWarning("174"), "Something about 174."};
    CHECK(toView(ticket, false)->getValue<std::string>("company") == "174"); // while nothing better is known
    ticket.companyLabel = "Acme Dental";
    const auto view = toView(ticket, false);
    CHECK(view->getValue<std::string>("company") == "Acme Dental");
    const auto warnings = view->getArray("warnings");
    CHECK(warnings->getElement<std::string>(0) ==
          "The ticket has no company; the connection's default company Acme Dental was used.");
    CHECK(warnings->getElement<std::string>(1) == "Something about 174.");
}
