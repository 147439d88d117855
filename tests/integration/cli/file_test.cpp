// Tickets of a connection in a file: what is kept beside the file between commands, and what is not.
#include "tests/integration/cli/operator.h"

#include <unistd.h>

#include <fstream>
#include <iterator>

using Catch::Contains;
using psa::test::Operator;
using psa::test::ProgramResult;

namespace {

const std::vector<std::string> disk{"--title", "Disk full", "--company", "0"};

std::vector<std::string> with(std::vector<std::string> arguments, const std::vector<std::string> &more)
{
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
}

std::string stateFolder(const Operator &op)
{
    return op.path("autotask.toml.state");
}

/// The first create is executed, but its response is lost.
void loseFirstResponse(Operator &op)
{
    op.sandbox.addFault(R"({"match":{"route":"V1.0/Tickets$","nth":1},"fault":{"kind":"commit-then-drop"}})");
}

void failCreates(Operator &op, int status)
{
    op.sandbox.addFault(R"({"match":{"route":"V1.0/Tickets$"},"fault":{"kind":"status","status":)" +
                        std::to_string(status) + "}}");
}

unsigned modeOf(const std::filesystem::path &path)
{
    return static_cast<unsigned>(std::filesystem::status(path).permissions());
}

} // namespace

TEST_CASE("a ticket whose response was lost is not forgotten: the next command with the file finds it")
{
    Operator op;
    loseFirstResponse(op);
    const ProgramResult lost = op.create(with(disk, {"--key", "k"}));
    REQUIRE(lost.exitCode == 8);
    CHECK_THAT(lost.out, Contains(": unknown"));
    const std::string reference = op.sandbox.truth().tickets.at(0).externalID;
    SECTION("the same again")
    {
        const ProgramResult again = op.create(with(disk, {"--key", "k"}));
        INFO(again.err);
        CHECK(again.exitCode == 0);
        CHECK_THAT(again.out, Contains("Ticket 1 of autotask: done") && Contains("its response was lost"));
    }
    SECTION("another ticket")
    {
        CHECK(op.create({"--title", "Another", "--company", "0"}).exitCode == 0);
        op.sandbox.addFault(R"({"match":{},"fault":{"kind":"empty-500"}})"); // it is known without a request
        CHECK(op.create(with(disk, {"--key", "k"})).exitCode == 0);
        op.sandbox.clearFaults();
    }
    SECTION("to show it")
    {
        const ProgramResult shown =
            op.run({"ticket", "show", "--connection", op.path("autotask.toml"), "--reference", reference});
        CHECK(shown.exitCode == 0);
    }
    const auto tickets = op.sandbox.truth().tickets;
    CHECK(std::count_if(tickets.begin(), tickets.end(), [](const auto &each) { return each.title == "Disk full"; }) ==
          1);
}

TEST_CASE("a key creates one ticket even if the folder beside the connection's file is lost")
{
    const Operator op;
    REQUIRE(op.create(with(disk, {"--key", "k"})).exitCode == 0);
    std::filesystem::remove_all(stateFolder(op));
    const ProgramResult again = op.create(with(disk, {"--key", "k", "--json"}));
    INFO(again.err);
    CHECK(again.exitCode == 0);
    CHECK_THAT(again.out, Contains("\"recovered\": true") && Contains("already has a ticket with this key"));
    CHECK(op.sandbox.truth().tickets.size() == 1);
    const ProgramResult other = op.create({"--title", "Not the same", "--company", "0", "--key", "k"});
    CHECK(other.exitCode == 5);
    CHECK(op.sandbox.truth().tickets.size() == 1);
}

TEST_CASE("a ticket that the PSA has twice is not created a third time, and the command says what to do")
{
    Operator op;
    const auto create = [&] { return op.create(with(disk, {"--key", "k"})); };
    op.sandbox.addFault(R"({"match":{"route":"V1.0/Tickets$"},"fault":{"kind":"commit-then-drop","hideMs":6000}})");
    REQUIRE(create().exitCode == 8);
    std::filesystem::remove_all(stateFolder(op));
    REQUIRE(create().exitCode == 8); // it could not know of the first one
    op.sandbox.clearFaults();
    const auto made = op.sandbox.truth().tickets;
    REQUIRE(made.size() == 2);
    std::filesystem::copy_file(op.path("autotask.toml"), op.path("other.toml"));
    const auto seen = [&](const std::string &number) {
        const ProgramResult all = op.run(
            {"ticket", "show", "--connection", op.path("other.toml"), "--reference", made[0].externalID, "--json"});
        return all.out.find(number) != std::string::npos;
    };
    while (!seen(made[0].number) || !seen(made[1].number))
        continue; // until both are visible
    const ProgramResult shown = create();
    CHECK(shown.exitCode == 8);
    CHECK_THAT(shown.err, Contains("needs a decision: The PSA has 2 tickets with the reference") &&
                              Contains("create it with another key") && !Contains("looks it up before"));
    CHECK(op.sandbox.truth().tickets.size() == 2);
}

TEST_CASE("the files that a ticket leaves beside the connection's file are closed to other users")
{
    const Operator op;
    REQUIRE(op.create(disk).exitCode == 0);
    CHECK(modeOf(stateFolder(op)) == 0700);
    std::size_t files = 0;
    for (const auto &each : std::filesystem::recursive_directory_iterator(stateFolder(op)))
    {
        INFO(each.path());
        CHECK(modeOf(each.path()) == 0600);
        ++files;
    }
    CHECK(files > 0);
}

TEST_CASE("a folder beside the connection's file that others can enter or own is rejected before anything is sent")
{
    const Operator op;
    std::filesystem::create_directory(stateFolder(op));
    chmod(stateFolder(op).c_str(), 0755);
    const ProgramResult open = op.create(disk);
    CHECK(open.exitCode == 1);
    CHECK_THAT(open.err, Contains("is open to other users; run: chmod 700 '" + stateFolder(op) + "'"));
    if (geteuid() == 0)
    {
        chmod(stateFolder(op).c_str(), 0700);
        REQUIRE(chown(stateFolder(op).c_str(), 65534, 65534) == 0);
        const ProgramResult foreign = op.create(disk);
        CHECK(foreign.exitCode == 1);
        CHECK_THAT(foreign.err, Contains(stateFolder(op) + " belongs to uid 65534"));
    }
    CHECK(op.sandbox.requests() == 0);
}

TEST_CASE("a secret from standard input is not in any file beside the connection's file")
{
    Operator op;
    op.connection("queue = \"Monitoring Alert\"\ncategory = \"Standard\"\n", "{ stdin = true }");
    loseFirstResponse(op); // so that the folder has something to keep
    const auto create = [&] {
        const ProgramResult result = psa::test::runProgram(
            "/bin/sh",
            {"-c", R"(exec "$0" "$@" <)" + op.path("secret"), PSA_HOST, "--config", op.path("psa-host.toml"), "ticket",
             "create", "--connection", op.path("autotask.toml"), "--title", "t", "--company", "0", "--key", "k"});
        INFO(result.err);
        return result.exitCode;
    };
    for (const int expected : {8, 0}) // the second one does not need what the first one sealed
    {
        CHECK(create() == expected);
        std::size_t bytes = 0;
        for (const auto &each : std::filesystem::directory_iterator(stateFolder(op)))
        {
            std::ifstream file(each.path(), std::ios::binary);
            const std::string raw{std::istreambuf_iterator<char>(file), {}};
            bytes += raw.size();
            CHECK(raw.find(op.sandbox.secret()) == std::string::npos);
            CHECK(raw.find(op.sandbox.integrationCode()) == std::string::npos);
        }
        CHECK(bytes > 4096);
    }
    CHECK(op.sandbox.truth().tickets.size() == 1);
}

TEST_CASE("a temporary failure leaves nothing that a later command would send")
{
    Operator op;
    const auto [status, exitCode] = GENERATE(std::pair(429, 7), std::pair(401, 6));
    failCreates(op, status);
    CHECK(op.create(with(disk, {"--key", "k"})).exitCode == exitCode);
    op.sandbox.clearFaults();
    CHECK(op.create({"--title", "Another", "--company", "0"}).exitCode == 0);
    REQUIRE(op.sandbox.truth().tickets.size() == 1);
    CHECK(op.sandbox.truth().tickets[0].title == "Another");
}

TEST_CASE("a key can be used again after its ticket was rejected, also for a corrected one")
{
    Operator op;
    CHECK(op.create(with(disk, {"--key", "k", "--priority", "Purple"})).exitCode == 5);
    failCreates(op, 429);
    CHECK(op.create(with(disk, {"--key", "k"})).exitCode == 7);
    op.sandbox.clearFaults();
    const ProgramResult corrected = op.create(with(disk, {"--key", "k", "--priority", "High"}));
    INFO(corrected.err);
    CHECK(corrected.exitCode == 0);
    CHECK(op.create(with(disk, {"--key", "k", "--priority", "High"})).exitCode == 0);
    CHECK(op.sandbox.truth().tickets.size() == 1);
}

TEST_CASE("two concurrent commands with one connection's file take turns")
{
    const Operator op;
    const std::string create = "\"$0\" --config \"$1\" ticket create --connection \"$2\" --company 0 --title ";
    const ProgramResult both =
        psa::test::runProgram("/bin/sh", {"-c", create + "a & first=$!; " + create + "b && wait $first", PSA_HOST,
                                          op.path("psa-host.toml"), op.path("autotask.toml")});
    INFO(both.err);
    CHECK(both.exitCode == 0);
    CHECK(op.sandbox.truth().tickets.size() == 2);
}

TEST_CASE("a dry run, a test and a replay leave no folder beside the connection's file")
{
    const Operator op;
    const std::string file = op.path("autotask.toml");
    CHECK(op.create(with(disk, {"--dry-run"})).exitCode == 0);
    CHECK(op.run({"connection", "test", file}).exitCode == 0);
    CHECK(op.create(with(disk, {"--record", op.path("run.jsonl")})).exitCode == 0);
    std::filesystem::remove_all(stateFolder(op));
    const ProgramResult replayed = op.create(with(disk, {"--replay", op.path("run.jsonl")}));
    INFO(replayed.err);
    CHECK(replayed.exitCode == 0);
    CHECK(!std::filesystem::exists(stateFolder(op)));
    CHECK(op.sandbox.truth().tickets.size() == 1);
}

TEST_CASE("a ticket whose response was lost is not forgotten or doubled when the connection's file is renamed")
{
    Operator op;
    loseFirstResponse(op);
    REQUIRE(op.create(with(disk, {"--key", "k"})).exitCode == 8);
    std::filesystem::rename(op.path("autotask.toml"), op.path("renamed.toml"));
    std::filesystem::rename(stateFolder(op), op.path("renamed.toml.state"));
    const std::vector<std::string> again{"ticket",  "create",    "--connection", op.path("renamed.toml"),
                                         "--title", "Disk full", "--company",    "0",
                                         "--key",   "k"};
    const ProgramResult refused = op.run(again);
    CHECK(refused.exitCode == 3);
    CHECK_THAT(refused.err, Contains("has changed, but a ticket that was sent before may be in the PSA"));
    std::ifstream old(op.path("renamed.toml"));
    const std::string text{std::istreambuf_iterator<char>(old), {}};
    std::ofstream(op.path("renamed.toml")) << "name = \"autotask\"\n" << text;
    CHECK(op.run(again).exitCode == 0);
    CHECK(op.sandbox.truth().tickets.size() == 1);
}

TEST_CASE("a ticket whose response was lost is not looked up in the PSA of another account")
{
    Operator op;
    loseFirstResponse(op);
    REQUIRE(op.create(disk).exitCode == 8);
    std::ifstream file(op.path("autotask.toml"));
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const std::string user = op.sandbox.user();
    std::ofstream(op.path("autotask.toml")) << std::string(text).replace(text.find(user), 1, "X");
    const auto requests = op.sandbox.requests();
    const ProgramResult refused = op.create(disk);
    CHECK(refused.exitCode == 3);
    CHECK(op.sandbox.requests() == requests);
    std::ofstream(op.path("autotask.toml")) << text;
    CHECK(op.create(disk).exitCode == 0);
    CHECK(op.sandbox.truth().tickets.size() == 2); // the one that was found, and the new one
}
