// Notes and changes of tickets, and decisions on many of them, on the command line.
#include "tests/integration/cli/running_host.h"

using Catch::Contains;
using psa::test::Operator;
using psa::test::ProgramResult;
using psa::test::Running;

namespace {

/// One with a connection that has one ticket in the PSA, number 1.
struct TicketOperator
{
    Operator op{};

    TicketOperator()
    {
        REQUIRE(addConnection(op).exitCode == 0);
        REQUIRE(submitTicket(op).exitCode == 0);
    }

    std::string status() const { return op.sandbox.truth().tickets.at(0).status; }
};

/// A ticket that needs review, since it names no company.
void submitNobodys(const Operator &op)
{
    REQUIRE(op.run({"ticket", "create", "--connection", "acme", "--title", "Whose is it?"}).exitCode == 5);
}

} // namespace

TEST_CASE("a note reaches the PSA once, by the command itself or by the running host")
{
    const TicketOperator host;
    const Operator &op = host.op;
    const std::vector<std::string> note{"ticket",   "note",  "1", "--text", "The disk was replaced.",
                                        "--public", "--key", "k"};
    const ProgramResult first = op.run(note);
    CHECK(first.exitCode == 0);
    CHECK_THAT(first.out, Contains("note 1") && Contains("done") && Contains("public: The disk was replaced."));
    Running running(op);
    const ProgramResult again = op.run(note);
    CHECK(again.exitCode == 0);
    CHECK_THAT(again.err, Contains("requested with this key already"));
    const auto notes = op.sandbox.truth().notes;
    REQUIRE(notes.size() == 1);
    CHECK(notes[0].isPublic);
    CHECK_THAT(notes[0].text, Contains("The disk was replaced."));
    CHECK(op.run({"ticket", "note", "1", "--text", "Another.", "--key", "k"}).exitCode == 5);
    CHECK_THAT(op.run({"ticket", "show", "1"}).out, Contains("note 1") && Contains("The disk was replaced."));
}

TEST_CASE("the text of a note comes from a file or standard input, and must not be missing")
{
    const TicketOperator host;
    const Operator &op = host.op;
    op.write("note.txt", "First line\nSecond line\n");
    CHECK(op.run({"ticket", "note", "1", "--text-file", op.path("note.txt")}).exitCode == 0);
    CHECK_THAT(op.sandbox.truth().notes.at(0).text, Contains("First line\nSecond line"));
    CHECK(op.run({"ticket", "note", "1"}).exitCode == 5);
    CHECK(op.run({"ticket", "note", "1", "--text", " "}).exitCode == 5);
    CHECK(op.run({"ticket", "note", "1", "--text-file", op.path("nothing.txt")}).exitCode == 5);
    op.write("empty.txt", "\n");
    CHECK_THAT(op.run({"ticket", "note", "1", "--text-file", op.path("empty.txt")}).err, Contains("is empty"));
    CHECK(op.run({"ticket", "note", "1", "--text", "x", "--public", "--internal"}).exitCode == 2);
    CHECK(op.run({"ticket", "note", "77", "--text", "x"}).exitCode == 4);
    CHECK(op.sandbox.truth().notes.size() == 1);
}

TEST_CASE("a ticket is changed, resolved and reopened, with the status that the connection names")
{
    const TicketOperator host;
    const Operator &op = host.op;
    CHECK(op.run({"ticket", "set", "1", "--status", "In Progress"}).exitCode == 0);
    CHECK(host.status() == "In Progress");
    CHECK(op.run({"ticket", "resolve", "1", "--note", "Over.", "--resolution"}).exitCode == 0);
    CHECK(host.status() == "Complete");
    REQUIRE(op.run({"connection", "set", "acme", "--reopened-status", "New", "--notes", "public"}).exitCode == 0);
    CHECK_THAT(op.run({"connection", "show", "acme"}).out,
               Contains("reopenedStatus = New") && Contains("notes = public"));
    CHECK(op.run({"ticket", "reopen", "1", "--note", "Again."}).exitCode == 0);
    CHECK(host.status() == "New");
    CHECK(op.run({"ticket", "set", "1"}).exitCode == 5);
    CHECK(op.run({"ticket", "resolve", "1", "--public"}).exitCode == 5);
    REQUIRE(op.run({"connection", "set", "acme", "--reopened-status", ""}).exitCode == 0);
    CHECK_THAT(op.run({"connection", "show", "acme"}).out, !Contains("reopenedStatus") && Contains("notes = public"));
    CHECK(op.run({"connection", "set", "acme", "--notes", "everybody"}).exitCode == 5);
}

TEST_CASE("a ticket that a human has touched is not resolved if it should be untouched")
{
    TicketOperator host;
    Operator &op = host.op;
    REQUIRE(op.run({"ticket", "note", "1", "--text", "Still failing."}).exitCode == 0);
    op.sandbox.act(R"({"action":"note","text":"I am looking into it.","ticketId":)" +
                   std::to_string(op.sandbox.truth().tickets.at(0).id) + "}");
    const ProgramResult result = op.run({"ticket", "resolve", "1", "--if-untouched"});
    CHECK(result.exitCode == 5);
    CHECK_THAT(result.out, Contains("cancelled"));
    CHECK(host.status() == "New");
    CHECK_THAT(op.run({"ticket", "show", "1"}).out, Contains("touched"));
}

TEST_CASE("a dry run of an update shows what would be sent, and changes nothing")
{
    const TicketOperator host;
    const Operator &op = host.op;
    const ProgramResult run = op.run({"ticket", "resolve", "1", "--note", "Over.", "--dry-run"});
    CHECK(run.exitCode == 0);
    CHECK_THAT(run.out, Contains("POST https://") && Contains("PATCH https://") && Contains("Over."));
    CHECK(host.status() == "New");
    CHECK(op.sandbox.truth().notes.empty());
    CHECK_THAT(op.run({"ticket", "show", "1"}).out, !Contains("note 1"));
}

TEST_CASE("with a connection's file notes are refused, and psa-host serve is named")
{
    const Operator op;
    const ProgramResult result =
        op.run({"ticket", "note", "1", "--text", "x", "--connection", op.path("autotask.toml")});
    CHECK(result.exitCode == 2);
    CHECK_THAT(result.err, Contains("psa-host serve") && Contains("connection add"));
}

TEST_CASE("many tickets are retried and discarded at once, by number or by what is wrong with them")
{
    const TicketOperator host;
    const Operator &op = host.op;
    submitNobodys(op);
    submitNobodys(op);
    const ProgramResult tried = op.run({"ticket", "discard", "--all", "--state", "needs_review", "--dry-run"});
    CHECK(tried.exitCode == 0);
    CHECK_THAT(tried.out, Contains("ticket 2: needs_review") && Contains("ticket 3: needs_review"));
    CHECK_THAT(tried.err, Contains("2 of 2 tickets would be discarded."));
    CHECK_THAT(op.run({"ticket", "retry", "--all", "--state", "needs_review", "--reason-code", "nothing"}).err,
               Contains("0 of 0 tickets"));
    const ProgramResult some = op.run({"ticket", "discard", "2", "1", "77"});
    CHECK(some.exitCode == 5); // of ticket 1, which is in the PSA
    CHECK_THAT(some.out, Contains("ticket 2: cancelled"));
    CHECK_THAT(some.err, Contains("1 of 3 tickets were discarded."));
    const ProgramResult all =
        op.run({"ticket", "discard", "--all", "--state", "needs_review", "--search", "whose", "--json"});
    CHECK(all.exitCode == 0);
    CHECK_THAT(all.out, Contains("\"id\": 3"));
    CHECK_THAT(op.run({"ticket", "list", "--search", "whose is"}).out,
               Contains("Whose is it?") && !Contains("Disk full"));
    for (const std::vector<std::string> &wrong : {std::vector<std::string>{"--all"},
                                                  {"1", "--all", "--state", "dead"},
                                                  {},
                                                  {"1", "--state", "dead"},
                                                  {"1", "2", "--operation", "1"}})
    {
        std::vector<std::string> arguments{"ticket", "retry"};
        arguments.insert(arguments.end(), wrong.begin(), wrong.end());
        CHECK(op.run(arguments).exitCode == 2);
    }
}

TEST_CASE("a note of a ticket is discarded and retried by its number")
{
    const Operator op;
    REQUIRE(addConnection(op).exitCode == 0);
    submitNobodys(op);
    const ProgramResult note = op.run({"ticket", "note", "1", "--text", "x", "--wait", "0"});
    CHECK(note.exitCode == 10);
    CHECK_THAT(note.err, Contains("psa-host ticket show 1"));
    CHECK_THAT(op.run({"ticket", "list"}).out, Contains("notes and changes: ready"));
    CHECK_THAT(op.run({"ticket", "discard", "1", "--operation", "1"}).out, Contains("cancelled"));
    CHECK(op.run({"ticket", "discard", "1", "--operation", "1"}).exitCode == 5);
    CHECK_THAT(op.run({"ticket", "retry", "1", "--operation", "1"}).out, Contains("ready"));
    CHECK(op.run({"ticket", "retry", "1", "--operation", "9"}).exitCode == 4);
}

TEST_CASE("retry and discard of a single ticket in the PSA apply to its notes and changes that need a human")
{
    const TicketOperator host;
    const Operator &op = host.op;
    CHECK(op.run({"ticket", "retry", "1"}).exitCode == 5);
    REQUIRE(op.run({"ticket", "set", "1", "--status", "No such status"}).exitCode == 5);
    const ProgramResult retried = op.run({"ticket", "retry", "1"});
    CHECK(retried.exitCode == 0);
    CHECK_THAT(retried.err, Contains("1 of 1 tickets were retried."));
    const ProgramResult sent = op.run({"run", "--until-idle"});
    CHECK_THAT(sent.err, Contains("needs a human: ticket 1: "));
    REQUIRE_THAT(op.run({"ticket", "show", "1"}).out, Contains("needs_review"));
    CHECK_THAT(op.run({"run", "--until-idle"}).err,
               Contains("acme has work that waits for a decision: notes and changes: 1. List it with"));
    CHECK_THAT(op.run({"ticket", "list", "--state", "needs_review"}).out, Contains("Disk full"));
    CHECK(op.run({"ticket", "discard", "1", "--reason", "mistyped"}).exitCode == 0);
    CHECK_THAT(op.run({"ticket", "show", "1"}).out, Contains("cancelled") && Contains("reason: mistyped"));
    CHECK_THAT(op.run({"audit", "--ticket", "1"}).out,
               Contains("change.discard") && Contains("operations: 1") && Contains("reason: mistyped"));
}

TEST_CASE("the reason of a discard is in the audit log")
{
    const Operator op;
    REQUIRE(addConnection(op).exitCode == 0);
    submitNobodys(op);
    REQUIRE(op.run({"ticket", "discard", "1", "--reason", "was created by hand"}).exitCode == 0);
    CHECK_THAT(op.run({"audit"}).out, Contains("ticket.discard") && Contains("reason: was created by hand"));
}

TEST_CASE("a token is bound to connections on the command line")
{
    const Operator op;
    REQUIRE(addConnection(op).exitCode == 0);
    const ProgramResult made = op.run({"token", "add", "desk", "--scope", "operate", "--connection", "acme"});
    CHECK(made.exitCode == 0);
    CHECK_THAT(made.err, Contains("bound to the connections: acme"));
    CHECK_THAT(op.run({"token", "list"}).out, Contains("operate") && Contains("bound to acme"));
    CHECK(op.run({"token", "add", "desk", "--scope", "operate", "--connection", "nothing"}).exitCode == 5);
}
