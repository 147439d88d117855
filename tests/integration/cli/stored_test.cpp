// psa-host with its store, as an operator runs it: connections, tickets, a running host, keys and backups.
#include "tests/integration/cli/running_host.h"

using Catch::Contains;
using psa::test::Operator;
using psa::test::ProgramResult;
using psa::test::Running;

TEST_CASE("a stored connection shows no secret, is tested, changed and removed")
{
    const Operator op;
    CHECK(addConnection(op).exitCode == 0);
    CHECK_THAT(op.run({"connection", "list"}).out, Contains("acme") && Contains("ready, not tested"));
    CHECK_THAT(op.run({"connection", "show", "acme"}).out,
               Contains(op.sandbox.user()) && Contains("(a secret, stored)") && Contains("queue = Monitoring Alert"));
    CHECK_THAT(op.run({"connection", "test", "acme"}).out, Contains("Connected to Autotask"));
    CHECK_THAT(op.run({"connection", "list"}).out, Contains("ready") && !Contains("not tested"));
    CHECK_THAT(op.run({"connection", "show", "acme"}).out, Contains("last test") && Contains("passed at 20"));
    CHECK_THAT(op.run({"connection", "choices", "acme", "queues"}).out, Contains("Monitoring Alert"));
    const ProgramResult again = addConnection(op);
    CHECK(again.exitCode == 5);
    CHECK_THAT(again.err, Contains("psa-host connection set acme"));
    // Another user: the secrets were entered for the first one.
    const ProgramResult other = op.run({"connection", "set", "acme", "--set", "userName=other@APIUSER.com"});
    CHECK(other.exitCode == 5);
    CHECK_THAT(other.err, Contains("must be entered again"));
    CHECK(op.run({"connection", "remove", "acme"}).exitCode == 0);
    CHECK(op.run({"connection", "show", "acme"}).exitCode == 4);
}

TEST_CASE("commands on a connection with rejected credentials do not sign in again, each in its own process")
{
    const Operator op;
    op.write("secret", "not-the-SECRET\n");
    REQUIRE(addConnection(op).exitCode == 0);
    const auto choices = [&] { return op.run({"connection", "choices", "acme", "queues"}); };
    CHECK(choices().exitCode == 6);
    CHECK(op.sandbox.truth().failedLogins == 1);
    for (int i = 0; i < 2; ++i)
    {
        const ProgramResult again = choices();
        CHECK(again.exitCode == 6);
        CHECK_THAT(again.err, Contains("Nothing was sent") && Contains("since 20") && Contains("401 Unauthorized") &&
                                  Contains("What to do: ") && Contains("test the connection"));
    }
    CHECK_THAT(op.run({"connection", "show", "acme"}).out, Contains("paused") && Contains("paused since"));
    CHECK(op.sandbox.truth().failedLogins == 1);
    CHECK(op.run({"connection", "test", "acme"}).exitCode == 6);
    CHECK(op.sandbox.truth().failedLogins == 2);
    op.write("secret", op.sandbox.secret() + "\n");
    REQUIRE(op.run({"connection", "set", "acme", "--secret", "secret=file:" + op.path("secret")}).exitCode == 0);
    CHECK_THAT(choices().out, Contains("Monitoring Alert"));
    CHECK(op.sandbox.truth().failedLogins == 2);
}

TEST_CASE("a secret on the command line is refused and not repeated")
{
    const Operator op;
    for (const std::string option : {"--set", "--secret"})
    {
        const ProgramResult result =
            op.run({"connection", "add", "acme", "--plugin", "autotask", option, "secret=hunter2"});
        CHECK(result.exitCode == 5);
        CHECK_THAT(result.err, Contains("standard input") && !Contains("hunter2"));
    }
}

TEST_CASE("a ticket is delivered by the command itself, or by the running host; its key creates no second one")
{
    const Operator op;
    REQUIRE(addConnection(op).exitCode == 0);
    const ProgramResult first = submitTicket(op, {"--key", "k"});
    CHECK(first.exitCode == 0);
    CHECK_THAT(first.out, Contains("done"));
    Running host(op);
    CHECK_THAT(submitTicket(op, {"--key", "k"}).out, Contains("Ticket 1 "));
    const ProgramResult second = submitTicket(op, {"--json"});
    CHECK(second.exitCode == 0);
    CHECK_THAT(second.out, Contains("\"state\": \"done\""));
    CHECK(op.sandbox.truth().tickets.size() == 2);
    const ProgramResult otherPayload = submitTicket(op, {"--key", "k", "--description", "not the same"});
    CHECK(otherPayload.exitCode == 5);
    CHECK_THAT(op.run({"ticket", "list"}).out, Contains("       2  done") && Contains("       1  done"));
    CHECK_THAT(op.run({"ticket", "show", "2"}).out, Contains("done"));
    CHECK_THAT(op.run({"audit", "--ticket", "1"}).out, Contains("ticket.attempt") && Contains("answered 200"));
    CHECK(op.run({"ticket", "show", "77"}).exitCode == 4);
    const ProgramResult unnamed = op.run({"ticket", "show"});
    CHECK(unnamed.exitCode == 2);
    CHECK_THAT(unnamed.err, Contains("ticket or --reference is required"));
    CHECK(host.end() == 0);
    CHECK(!std::filesystem::exists(op.path("state/psa-host.sock")));
}

TEST_CASE("a stored ticket is listed and shown without control characters, and its key may be in the file")
{
    const Operator op;
    REQUIRE(addConnection(op).exitCode == 0);
    op.write("ticket.json",
             "\xEF\xBB\xBF{\"title\":\"Bad \\u0000 line \\u009b31m\",\"company\":\"Acme Dental\",\"key\":\"k\","
             "\"queue\":null}");
    for (int i = 0; i < 2; ++i)
        CHECK(op.run({"ticket", "create", "--connection", "acme", "--file", op.path("ticket.json")}).exitCode == 0);
    REQUIRE(op.sandbox.truth().tickets.size() == 1);
    CHECK(op.sandbox.truth().tickets[0].title == "Bad \xEF\xBF\xBD line \xEF\xBF\xBD"
                                                 "31m");
    CHECK_THAT(op.run({"ticket", "list"}).out, Contains("Bad \xEF\xBF\xBD line \xEF\xBF\xBD"
                                                        "31m"));
    CHECK_THAT(op.run({"ticket", "list", "--json"}).out, Contains(R"("title": "Bad \u0000 line \u009b31m")"));
}

TEST_CASE("root uses the host that runs as another user, and does not open that user's store")
{
    if (geteuid() != 0)
    {
        WARN("not tested: this needs root");
        return;
    }
    constexpr uid_t other = 65534;
    const Operator op;
    REQUIRE(addConnection(op).exitCode == 0);
    Running host(op);
    REQUIRE(chown(op.path("state").c_str(), other, other) == 0);
    CHECK_THAT(op.run({"connection", "list"}).out, Contains("acme"));
    CHECK(host.end() == 0);
    const ProgramResult alone = op.run({"connection", "list"});
    CHECK(alone.exitCode == 1);
    CHECK_THAT(alone.err, Contains("belongs to uid 65534") && Contains("run it as its owner"));
}

TEST_CASE("showing a ticket shows the PSA's number, which is read once")
{
    const Operator op;
    REQUIRE(addConnection(op).exitCode == 0);
    REQUIRE(submitTicket(op).exitCode == 0);
    const std::string number = op.sandbox.truth().tickets.at(0).number;
    CHECK_THAT(op.run({"ticket", "show", "1"}).out, Contains(number));
    const std::size_t asked = op.sandbox.requests(); // now, or earlier by the process that created it
    CHECK_THAT(op.run({"ticket", "show", "1"}).out, Contains(number));
    CHECK_THAT(op.run({"ticket", "list"}).out, Contains(number));
    CHECK(op.sandbox.requests() == asked);
}

TEST_CASE("a passed test lets a connection with rejected credentials send again, even if no host was running then")
{
    Operator op;
    REQUIRE(addConnection(op).exitCode == 0);
    op.sandbox.addFault(R"({"match":{},"fault":{"kind":"status","status":401,"when":"before"}})");
    CHECK(submitTicket(op).exitCode == 10);
    CHECK_THAT(op.run({"connection", "show", "acme"}).out, Contains("paused") && Contains("auth"));
    op.sandbox.clearFaults();
    CHECK(op.run({"run", "--until-idle"}).exitCode == 0);
    CHECK_THAT(op.run({"ticket", "list"}).out,
               Contains("held") && Contains("The PSA does not accept the credentials, since 20"));
    CHECK_THAT(op.run({"ticket", "show", "1"}).out, Contains("waits") && Contains("does not accept the credentials"));
    CHECK(op.run({"connection", "test", "acme"}).exitCode == 0);
    CHECK_THAT(op.run({"connection", "show", "acme"}).out, Contains("ready"));
    CHECK(op.run({"run", "--until-idle"}).exitCode == 0);
    CHECK(op.sandbox.truth().tickets.size() == 1);
    CHECK_THAT(op.run({"ticket", "list"}).out, Contains("done"));
}

TEST_CASE("a ticket that nobody waits for is stored; run --until-idle delivers it and ends")
{
    const Operator op;
    REQUIRE(addConnection(op).exitCode == 0);
    const ProgramResult stored = submitTicket(op, {"--wait", "0"});
    CHECK(stored.exitCode == 10);
    CHECK_THAT(stored.err, Contains("will be sent when psa-host runs"));
    CHECK(op.sandbox.truth().tickets.empty());
    const ProgramResult ended = op.run({"run", "--until-idle"});
    CHECK(ended.exitCode == 0);
    CHECK_THAT(ended.err, Contains("There is nothing left to deliver"));
    CHECK(op.sandbox.truth().tickets.size() == 1);
}

TEST_CASE("a human's decision is carried out and is in the audit log")
{
    const Operator op;
    REQUIRE(addConnection(op).exitCode == 0);
    const ProgramResult dead = submitTicket(op, {"--queue", "No such queue"});
    CHECK((dead.exitCode == 5 || dead.exitCode == 8));
    CHECK(op.run({"ticket", "discard", "1", "--reason", "was made by hand"}).exitCode == 0);
    CHECK_THAT(op.run({"ticket", "show", "1"}).out, Contains("cancelled") && Contains("was made by hand"));
    CHECK(op.run({"ticket", "link", "1", "4711"}).exitCode == 5); // Autotask does not have this ticket
    CHECK_THAT(op.run({"audit"}).out, Contains("ticket.discard"));
}

TEST_CASE("keys are rotated while tickets are delivered, and a host without the old key says which one it needs")
{
    const Operator op;
    REQUIRE(addConnection(op).exitCode == 0);
    op.write("key2", "psa-key-1:next:AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
    std::string config;
    {
        std::ifstream in(op.path("psa-host.toml"));
        config.assign(std::istreambuf_iterator<char>(in), {});
    }
    const auto with = [&](const std::string &keys) {
        std::string changed = config;
        const std::string old = "master_key_file = \"" + op.path("key") + "\"";
        changed.replace(changed.find(old), old.size(), keys);
        op.write("psa-host.toml", changed);
    };
    with("master_key_file = \"" + op.path("key2") + "\"");
    const ProgramResult without = op.run({"connection", "list"});
    CHECK(without.exitCode != 0);
    CHECK_THAT(without.err, Contains("test"));
    with("master_key_file = \"" + op.path("key2") + "\"\nold_key_files = [\"" + op.path("key") + "\"]");
    CHECK_THAT(op.run({"hosts"}).out, Contains("The store is in SQLite") && Contains("set postgres under [store]"));
    CHECK_THAT(op.run({"keys", "list"}).out, Contains("active  next") && Contains("needed  test"));
    CHECK_THAT(op.run({"keys", "rotate"}).out, Contains("1 connections"));
    with("master_key_file = \"" + op.path("key2") + "\"");
    CHECK_THAT(op.run({"connection", "test", "acme"}).out, Contains("Connected to Autotask"));
}

TEST_CASE("a backup is a separate store, without the key, and never overwrites a file")
{
    const Operator op;
    REQUIRE(addConnection(op).exitCode == 0);
    REQUIRE(submitTicket(op).exitCode == 0);
    CHECK(op.run({"backup", op.path("copy.db")}).exitCode == 0);
    CHECK(op.run({"backup", op.path("copy.db")}).exitCode != 0);
    for (const char *file : {"store.db", "store.db-wal"})
        std::filesystem::remove(op.path("state/" + std::string(file)));
    std::filesystem::copy_file(op.path("copy.db"), op.path("state/store.db"));
    CHECK_THAT(op.run({"ticket", "show", "1"}).out, Contains("done"));
}

TEST_CASE("a ticket that crashes its plugin twice needs review; others are delivered, and no core file is left")
{
    const Operator op;
    const std::string plugin = "com.example.fault.abort-in-ticket";
    std::filesystem::copy_file(CRASHING_PLUGIN, op.path("plugins/crashing.so"));
    REQUIRE(addConnection(op).exitCode == 0);
    REQUIRE(op.run({"connection", "add", "bad", "--plugin", plugin}).exitCode == 0);
    for (const char *connection : {"bad", "acme"})
        CHECK(op.run({"ticket", "create", "--connection", connection, "--company", "Acme Dental", "--title",
                      "Disk full", "--wait", "0"})
                  .exitCode == 10);
    const ProgramResult run = psa::test::runProgram(
        "/bin/sh",
        {"-c", "cd \"$1\" && ulimit -S -c \"$(ulimit -H -c)\" && exec \"$2\" --config psa-host.toml run --until-idle",
         "sh", op.folder, PSA_HOST});
    CHECK(run.exitCode == 0);
    CHECK(!std::filesystem::exists(op.path("core")));
    CHECK(op.sandbox.truth().tickets.size() == 1);
    CHECK_THAT(op.run({"ticket", "list"}).out, Contains("       1  needs_review") && Contains("       2  done"));
    const std::string bad = op.run({"ticket", "show", "1"}).out;
    CHECK_THAT(bad, Contains(plugin + "@1.0.0 crashed in 2 calls") && Contains("SIGABRT"));
    CHECK_THAT(op.run({"connection", "show", "bad"}).out, !Contains("paused"));
}

namespace {

/// The address that psa-host serve prints; "" = none yet.
std::string pageOf(const Operator &op)
{
    std::ifstream log(op.path("log"));
    const std::string text{std::istreambuf_iterator<char>(log), {}};
    const std::string before = "the admin page, at http://";
    const std::size_t at = text.rfind(before);
    const std::size_t begin = at + before.size();
    return at == std::string::npos ? "" : text.substr(begin, text.find('\n', begin) - begin);
}

} // namespace

TEST_CASE("a plugin cannot fork, so nothing blocks store and port of a new psa-host after a killed one")
{
    const Operator op;
    const auto withPort = [&](const std::string &address) {
        std::ifstream file(op.path("psa-host.toml"));
        const std::string text{std::istreambuf_iterator<char>(file), {}};
        op.write("psa-host.toml", text.substr(0, text.find("[serve]")) + "[serve]\nlisten = \"" + address + "\"\n");
    };
    std::filesystem::copy_file(FORKING_PLUGIN, op.path("plugins/forking.so"));
    withPort("127.0.0.1:0");
    {
        Running host(op, "serve");
        REQUIRE(op.run({"connection", "add", "bad", "--plugin", "com.example.fault.forks", "--secret",
                        "apiKey=file:" + op.path("secret")})
                    .exitCode == 0);
        op.run({"connection", "test", "bad"}); // creates an instance, which forks
        host.end(SIGKILL);
    }
    std::ifstream log(op.path("log"));
    CHECK_THAT((std::string{std::istreambuf_iterator<char>(log), {}}),
               Contains("com.example.fault.forks misbehaves: it called clone"));
    withPort(pageOf(op));
    {
        Running again(op, "serve");
        CHECK_THAT(op.run({"connection", "list"}).out, Contains("bad"));
        CHECK(again.end() == 0);
    }
}
