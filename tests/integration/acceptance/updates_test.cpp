// Notes, changes and activity, for every PSA: what every plugin that updates tickets promises.
#include "psas.h"

#include "host/plugin/loaded_plugin.h"

#include <Poco/JSON/Array.h>

#include <catch2/catch.hpp>

using namespace psa::plugin;
using namespace psa::test;
using psa::sandbox::Object;

namespace {

constexpr const char *note = R"({"version":1,"text":"The disk is full again","visibility":"internal"})";

/// A new ticket; returns its id in the PSA.
std::string newTicket(Psa &psa)
{
    const CallOutcome outcome = psa.create("UPDATES1", psa.ticket());
    INFO(describe(outcome));
    REQUIRE(outcome.ok());
    return ticketId(outcome);
}

Object::Ptr resultOf(const CallOutcome &outcome)
{
    INFO(describe(outcome));
    REQUIRE(outcome.ok());
    CHECK(outcome.defects.empty());
    return json(outcome.result);
}

std::size_t notesWith(Psa &psa, const std::string &ticket, const std::string &reference)
{
    return resultOf(psa.findNote(ticket, reference))->getArray("notes")->size();
}

/// A change to the status that the plugin suggests for resolved tickets.
std::string resolving(Psa &psa)
{
    const auto status = psa.plugin().updates->getArray("resolvedStatuses")->getElement<std::string>(0);
    return R"({"version":1,"status":")" + status + "\"}";
}

} // namespace

FOR_EACH_PSA("a note is found by its own reference, and by no other")
{
    PSA_OF();
    const std::string ticket = newTicket(psa);
    const Object::Ptr added = resultOf(psa.addNote(ticket, "NOTE1", note));
    CHECK_FALSE(added->getObject("note")->getValue<std::string>("id").empty());
    resultOf(psa.addNote(ticket, "NOTE2", R"({"version":1,"text":"We are on it","visibility":"public"})"));
    psa.simulator().advance(std::chrono::seconds(1));
    CHECK(notesWith(psa, ticket, "NOTE1") == 1);
    CHECK(notesWith(psa, ticket, "NOTE2") == 1);
    CHECK(notesWith(psa, ticket, "NOTE") == 0);
    CHECK(notesWith(psa, ticket, "NOTE3") == 0);
}

FOR_EACH_PSA("a change sets what differs, and nothing if it is made again")
{
    PSA_OF();
    const std::string ticket = newTicket(psa);
    const Object::Ptr first = resultOf(psa.change(ticket, resolving(psa)));
    CHECK(first->getArray("changed")->size() == 1);
    CHECK(resultOf(psa.change(ticket, resolving(psa)))->getArray("changed")->size() == 0);
    CHECK(resultOf(psa.activity(ticket))->getValue<bool>("closed"));
}

FOR_EACH_PSA("notes and changes of psa-host do not touch a ticket, and a human's note does")
{
    PSA_OF();
    const std::string ticket = newTicket(psa);
    resultOf(psa.addNote(ticket, "NOTE1", note));
    resultOf(psa.change(ticket, resolving(psa)));
    psa.simulator().advance(std::chrono::seconds(2));
    const Object::Ptr before = resultOf(psa.activity(ticket));
    CHECK(before->getValue<std::string>("touched") == "no");
    psa.simulator().act(R"({"action":"note","text":"I am looking into it.","ticketId":")" + ticket + "\"}");
    psa.simulator().advance(std::chrono::seconds(2));
    resultOf(psa.addNote(ticket, "NOTE2", note)); // of ours, later than the human's
    const Object::Ptr after = resultOf(psa.activity(ticket, before->getValue<std::string>("watermark")));
    CHECK(after->getValue<std::string>("touched") != "no");
}

FOR_EACH_PSA("a dry run of a note or a change sends no changing request")
{
    PSA_OF();
    const std::string ticket = newTicket(psa);
    psa::connection::CallOptions dry;
    dry.dryRun = true;
    psa.addNote(ticket, "NOTE1", note, dry);
    psa.change(ticket, resolving(psa), dry);
    CHECK(notesWith(psa, ticket, "NOTE1") == 0);
    CHECK_FALSE(resultOf(psa.activity(ticket))->getValue<bool>("closed"));
}

FOR_EACH_PSA("a note to a ticket that does not exist, and a change of it, fail without a change")
{
    PSA_OF();
    newTicket(psa);
    for (const CallOutcome &outcome :
         {psa.addNote("987654321", "NOTE1", note), psa.change("987654321", resolving(psa))})
    {
        INFO(describe(outcome));
        REQUIRE_FALSE(outcome.ok());
        // Autotask may show a ticket late, so that this is not certain there.
        CHECK((outcome.error->status == PSA_NOT_FOUND || outcome.error->status == PSA_UNAVAILABLE));
        CHECK(outcome.mutation != psa::plugin::MutationSeen::noAnswer);
    }
}
