// What the API shows of what the store keeps.
#include "host/api/views.h"

#include <catch2/catch.hpp>

using namespace psa::host;
using Catch::Contains;

TEST_CASE("an audit entry whose detail cannot be read is shown without it, and says why", "[api]")
{
    const auto view = toView(auditEntry("test", "ticket.attempt", "a", R"({"torn":)"));
    CHECK(view->getValue<std::string>("action") == "ticket.attempt");
    CHECK_THAT(view->getObject("detail")->getValue<std::string>("unreadable"),
               Contains("left out") && Contains("line 1"));
}
