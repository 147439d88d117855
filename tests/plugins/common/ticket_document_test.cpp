#include "common/ticket_document.h"

#include <catch2/catch.hpp>

using namespace psa::plugins;

namespace {

const TicketName assignee{"assignee", "assignedResourceID", "Resource"};
const TicketName source{"source", "source", "Source", "sources", true};

std::string given(const char *ticketJson, const TicketName &name)
{
    return givenText(*parseTicket(ticketJson), name);
}

} // namespace

TEST_CASE("an assignee is read from the ticket, or from its fields if the host does not know the member")
{
    CHECK(given(R"({"assignee":"Jane","fields":{"assignee":"Joe"}})", assignee) == "Jane");
    CHECK(given(R"({"fields":{"assignee":" Joe "}})", assignee) == "Joe");
    CHECK(given(R"({"assignee":null,"fields":{"assignee":12}})", assignee) == "12");
    CHECK(given(R"({"fields":{"source":"Email"}})", assignee).empty());
    CHECK(given(R"({"title":"t"})", assignee).empty());
}

TEST_CASE("a field of this PSA alone is read from the ticket's fields only")
{
    CHECK(given(R"({"source":"Phone","fields":{"source":"Email"}})", source) == "Email");
    CHECK(given(R"({"source":"Phone"})", source).empty());
}
