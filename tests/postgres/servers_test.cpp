// The servers that the other tests here rely on.
#include "tests/support/postgres/pooler.h"
#include "tests/support/postgres/server_programs.h"
#include "tests/support/run_program.h"

#include <catch2/catch.hpp>

#include <array>
#include <csignal>
#include <cstdio>
#include <sys/wait.h>
#include <unistd.h>

namespace psa::test::postgres {

TEST_CASE("what was committed is there after a restart and after a crash, and in the standby that takes over")
{
    if (isSkipped())
        return;
    Cluster primary;
    const std::string database = primary.createDatabase();
    Session(primary.tcpUri(database) + "?password=" + primary.password()).run("CREATE TABLE kept(n int)");
    CHECK_THROWS(Session(primary.tcpUri(database) + "?password=wrong"));
    primary.restart(Cluster::Stop::immediate);
    Session(primary.uri(database)).run("INSERT INTO kept VALUES (1)");
    primary.kill();
    CHECK_FALSE(primary.isRunning());
    primary.start();
    const auto standby = primary.createStandby();
    CHECK(Session(standby->uri(database)).value("SELECT pg_is_in_recovery()") == "t");
    Session(primary.failoverUri(*standby, database)).run("INSERT INTO kept VALUES (2)");
    primary.kill();
    standby->promote();
    Session survivor(primary.failoverUri(*standby, database) + "&target_session_attrs=read-write");
    CHECK(survivor.value("SELECT sum(n) FROM kept") == "3");
    survivor.run("INSERT INTO kept VALUES (3)"); // waits for no standby
    primary.follow(*standby);
    survivor.run("INSERT INTO kept VALUES (4)");
    CHECK(Session(primary.uri(database)).value("SELECT sum(n) FROM kept") == "10");
}

TEST_CASE("a back end that is killed ends its connection, and a killed server process makes the server recover")
{
    if (isSkipped())
        return;
    Cluster cluster;
    const std::string database = cluster.createDatabase();
    Session first(cluster.uri(database));
    CHECK(cluster.terminateBackends(database) == 1);
    CHECK_THROWS(first.run("SELECT 1"));
    Session second(cluster.uri(database));
    Session other(cluster.uri(database));
    cluster.killBackend(second.backend());
    CHECK_THROWS_WITH(other.await("SELECT false"), !Catch::Matchers::Contains("not within"));
}

TEST_CASE("pgbouncer passes connections on in both modes, and loses them when it restarts")
{
    if (isSkipped())
        return;
    Cluster &cluster = Cluster::shared();
    const std::string database = cluster.createDatabase();
    for (const auto mode : {Pooler::Mode::session, Pooler::Mode::transaction})
    {
        Pooler pooler(cluster, mode, 1);
        Session session(pooler.uri(database));
        const std::string backend = session.value("SELECT pg_backend_pid()");
        Session again(cluster.uri(database));
        CHECK(again.value("SELECT count(*) FROM pg_stat_activity WHERE pid = " + backend) == "1");
        pooler.restart();
        CHECK_THROWS(session.run("SELECT 1"));
        CHECK(Session(pooler.uri(database)).value("SELECT 1") == "1");
    }
}

TEST_CASE("a server ends, and its files go, when the process that started it is killed")
{
    if (isSkipped())
        return;
    std::array<int, 2> ends{};
    REQUIRE(pipe(ends.data()) == 0);
    const pid_t starter = fork();
    REQUIRE(starter >= 0);
    if (starter == 0)
    {
        // In a parent folder of its own: the one of this process is shared with us, and so is its watchdog.
        Cluster cluster("/tmp");
        dprintf(ends[1], "%s\n", cluster.folder().c_str());
        pause();
    }
    close(ends[1]);
    FILE *const input = fdopen(ends[0], "r");
    std::array<char, 256> line{};
    REQUIRE(std::fgets(line.data(), line.size(), input) != nullptr);
    std::fclose(input);
    const std::filesystem::path folder = std::string(line.data()).substr(0, std::string(line.data()).size() - 1);
    const pid_t server = processIn(folder / "data/postmaster.pid");
    REQUIRE(server > 0);
    killAndWait(starter);
    waitpid(starter, nullptr, 0);
    awaitEnd(server);
    for (int i = 0; i < 500 && std::filesystem::exists(folder); ++i)
        usleep(10000);
    CHECK_FALSE(std::filesystem::exists(folder));
}

} // namespace psa::test::postgres
