#include "host/config/host_config.h"

#include <catch2/catch.hpp>

#include <unistd.h>

#include <cstdlib>
#include <fstream>

using namespace psa::config;
using namespace psa::net;
using namespace psa::observe;
using namespace psa::plugin;
using namespace psa::secrets;

namespace {

/// A configuration file with `text`; removed at the end.
struct File
{
    std::string path = "/tmp/psa-config-XXXXXX";
    explicit File(const std::string &text)
    {
        close(mkstemp(path.data()));
        std::ofstream(path) << text;
    }
    ~File() { unlink(path.c_str()); }
    File(const File &) = delete;
    File &operator=(const File &) = delete;
};

} // namespace

TEST_CASE("a configuration file is read")
{
    const File file("[plugins]\nfolders = [\"/usr/lib/psa-host\"]\nstart_deadline_ms = 700\n"
                    "[plugins.pins]\n\"a.so\" = \"" +
                    std::string(64, 'A') + "\"\n");
    const HostConfig config = readConfig(file.path);
    CHECK(config.pluginFolders == std::vector<std::filesystem::path>{"/usr/lib/psa-host"});
    CHECK(config.loader.startDeadline == std::chrono::milliseconds(700));
    CHECK(!config.loader.confinementRequired);
    CHECK(config.loader.pins.at("a.so") == std::string(64, 'a'));
}

TEST_CASE("how long tickets, events and bodies are kept is read, within limits")
{
    const File file("[store]\nkeep_tickets_days = 30\nkeep_events_days = 14\nkeep_bodies_days = 2\n"
                    "max_bodies_mib = 16\n");
    const HostConfig config = readConfig(file.path);
    CHECK(config.store.keepTickets == std::chrono::days(30));
    CHECK(config.store.keepEvents == std::chrono::days(14));
    CHECK(config.store.keepBodies == std::chrono::days(2));
    CHECK(config.store.maxBodyBytes == 16 * 1024 * 1024);
    const File wrong("[store]\nkeep_events_days = 6\nkeep_bodies_days = 0\nmax_bodies_mib = 1048577\n");
    CHECK_THROWS_WITH(readConfig(wrong.path), Catch::Contains("from 7 to 3650") && Catch::Contains("from 1 to 3650") &&
                                                  Catch::Contains("from 16 to 1048576"));
}

TEST_CASE("several hosts share the database that is named, without its password")
{
    const File file("[store]\npostgres = \"postgresql://psa@db1.example.com,db2.example.com/psa?sslmode=verify-full\"\n"
                    "postgres_password_file = \"db-password\"\n"
                    "postgres_listen = \"postgres://psa@db1.example.com:5433/psa\"\n");
    const HostConfig config = readConfig(file.path);
    CHECK(config.store.isShared());
    CHECK(config.store.postgres == "postgresql://psa@db1.example.com,db2.example.com/psa?sslmode=verify-full");
    CHECK(config.store.postgresListen == "postgres://psa@db1.example.com:5433/psa");
    CHECK(config.store.postgresPasswordFile == std::filesystem::path(file.path).parent_path() / "db-password");
    CHECK_FALSE(readConfig(File("[store]\nkeep_audit_days = 9\n").path).store.isShared());
}

TEST_CASE("a password in the URI of the database is refused, and not repeated")
{
    for (const std::string uri : {"postgresql://psa:hunter2@db.example.com/psa", "postgres://db/psa?password=hunter2",
                                  "postgresql://a:hunter2@h@db/psa"})
    {
        const File file("[store]\npostgres = \"" + uri + "\"\n");
        CHECK_THROWS_WITH(readConfig(file.path), Catch::Contains(":2:") &&
                                                     Catch::Contains("put it into a file and name that in "
                                                                     "postgres_password_file") &&
                                                     !Catch::Contains("hunter2"));
    }
}

TEST_CASE("what is not the URI of a PostgreSQL database is refused")
{
    CHECK_THROWS_WITH(readConfig(File("[store]\npostgres = \"mysql://db/psa\"\n").path),
                      Catch::Contains("must be a URI such as \"postgresql://psa@db.example.com/psa\""));
    CHECK_THROWS_WITH(readConfig(File("[store]\npostgres = \"host=db dbname=psa\"\n").path),
                      Catch::Contains("must be a URI"));
    CHECK_THROWS_WITH(
        readConfig(File("[store]\npostgres = \"postgres://db/psa\"\npostgres_synchronous_commit = \"off\"\n").path),
        Catch::Contains(":3:") && Catch::Contains("must be \"on\", \"remote_apply\""));
    CHECK_THROWS_WITH(readConfig(File("[store]\npostgres_listen = \"postgresql://db/psa\"\n").path),
                      Catch::Contains("\"postgres_listen\" needs \"postgres\""));
}

TEST_CASE("the confinement of plugins is required or available, and nothing else")
{
    CHECK(readConfig(File("[plugins]\nconfinement = \"required\"\n").path).loader.confinementRequired);
    CHECK(!readConfig(File("[plugins]\nconfinement = \"available\"\n").path).loader.confinementRequired);
    const File file("[plugins]\nconfinement = \"off\"\n");
    CHECK_THROWS_WITH(readConfig(file.path),
                      Catch::Contains(":2:") && Catch::Contains("must be \"required\" or \"available\""));
}

TEST_CASE("what the operator allows for egress is read")
{
    const File file(
        "[egress]\nallowed_hosts = [\"PSA.corp.example:8443\", \"psa.corp.example\"]\n"
        "allowed_networks = [\"10.20.0.0/16\"]\nca_file = \"/dev/null\"\n"
        "connect_to = { \"Web5.zone.example:443\" = \"127.0.0.1:8443\", \"a.example:444\" = \"[::1]:9\" }\n");
    CHECK_THROWS_WITH(readConfig(file.path), Catch::Contains("no file /dev/null"));
    std::ofstream(file.path)
        << "[egress]\nallowed_hosts = [\"PSA.corp.example:8443\"]\nallowed_networks = "
           "[\"10.20.0.0/16\"]\nca_file = \""
        << file.path
        << "\"\nconnect_to = { \"Web5.zone.example:443\" = \"127.0.0.1:8443\", \"a.example:444\" = "
           "\"[::1]:9\" }\n";
    const EgressConfig egress = readConfig(file.path).egress;
    CHECK(egress.allowedHosts.size() == 1);
    CHECK(egress.allowedNetworks.size() == 1);
    CHECK(egress.caFile == std::filesystem::path(file.path));
    CHECK(egress.connectTo.at("web5.zone.example:443").toString() == "127.0.0.1:8443");
    CHECK(egress.connectTo.at("a.example:444").toString() == "[::1]:9");
}

TEST_CASE("the files of the master keys are read, and a key given in place of a file is not repeated")
{
    const File file(
        "[secrets]\nmaster_key_file = \"/etc/psa-host/b.key\"\nold_key_files = [\"/etc/psa-host/a.key\"]\n");
    const SecretsConfig secrets = readConfig(file.path).secrets;
    CHECK(secrets.masterKeyFile == "/etc/psa-host/b.key");
    CHECK(secrets.oldKeyFiles == std::vector<std::filesystem::path>{"/etc/psa-host/a.key"});
    for (const char *text : {"master_key_file = \"psa-key-1:k1:c4n4ry\"", "old_key_files = [\"psa-key-1:k1:c4n4ry\"]",
                             "old_key_files = \"psa-key-1:k1:c4n4ry\"", "other = \"psa-key-1:k1:c4n4ry\""})
    {
        std::ofstream(file.path) << "[secrets]\n" << text << '\n';
        CHECK_THROWS_WITH(readConfig(file.path), Catch::Contains(":2:") && Catch::Contains("contains a key itself") &&
                                                     !Catch::Contains("c4n4ry"));
    }
    std::ofstream(file.path) << "[secrets]\nmaster_key_file = \"a.key\"\nkey = 1\n";
    CHECK_THROWS_WITH(readConfig(file.path),
                      Catch::Contains("takes absolute paths") && Catch::Contains("unknown key \"key\" in [secrets]"));
}

TEST_CASE("format and level of the log are read")
{
    const File file("[log]\nformat = \"json\"\nlevel = \"warning\"\n");
    CHECK(readConfig(file.path).log.format == LogFormat::json);
    CHECK(readConfig(file.path).log.level == PSA_LOG_WARNING);
    std::ofstream(file.path) << "";
    CHECK(readConfig(file.path).log.format == LogFormat::text);
    CHECK(readConfig(file.path).log.level == PSA_LOG_INFO);
    std::ofstream(file.path) << "[log]\nformat = \"xml\"\nlevel = \"verbose\"\nfile = \"/x\"\n";
    for (const char *words : {":2:10: \"format\" must be \"text\" or \"json\", not \"xml\"",
                              ":3:9: \"level\" must be \"debug\", \"info\", \"warning\" or \"error\", not \"verbose\"",
                              "unknown key \"file\" in [log]"})
        CHECK_THROWS_WITH(readConfig(file.path), Catch::Contains(words));
}

TEST_CASE("each mistake in [egress] is named, and a proxy is rejected by name")
{
    const File file(
        "[egress]\nproxy = \"http://proxy:3128\"\nallowed_hosts = [\"10.0.0.1\", \"https://a.example\"]\n"
        "allowed_networks = [\"10.0.0.1/8\"]\nconnect_to = { \"a.example\" = \"localhost:1\" }\nhosts = []\n");
    for (const char *words :
         {":2:9: \"proxy\": psa-host does not support outbound proxies", "allowed_hosts: \"10.0.0.1\"",
          "allowed_hosts: \"https://a.example\"", "bits set beyond its prefix", "\"a.example\" must be host:port",
          "\"localhost:1\" must be address:port", "unknown key \"hosts\" in [egress]"})
        CHECK_THROWS_WITH(readConfig(file.path), Catch::Contains(words));
}

TEST_CASE("every mistake in a configuration file is named with its line, in one run")
{
    const File file("colour = 1\n[plugins]\nfolder = []\nfiles = [\"relative.so\"]\nstart_deadline_ms = 5\n"
                    "[plugins.pins]\n\"a.so\" = \"abc\"\n");
    try
    {
        readConfig(file.path);
        FAIL("accepted");
    }
    catch (const ConfigError &error)
    {
        const std::string what = error.what();
        const std::string prefix = file.path + ":";
        CHECK_THAT(what, Catch::Contains(prefix + "1:1: unknown key \"colour\""));
        CHECK_THAT(what, Catch::Contains(prefix + "3:1: unknown key \"folder\" in [plugins]; known are folders"));
        CHECK_THAT(what, Catch::Contains(prefix + "4:") && Catch::Contains("not \"relative.so\""));
        CHECK_THAT(what, Catch::Contains(prefix + "5:") && Catch::Contains("from 100 to 60000"));
        CHECK_THAT(what, Catch::Contains(prefix + "7:") && Catch::Contains("sha256sum FILE"));
    }
}

TEST_CASE("a file that is not TOML, or missing, is rejected by name")
{
    const File file("[plugins\n");
    CHECK_THROWS_WITH(readConfig(file.path), Catch::Contains(file.path + ":1:"));
    CHECK_THROWS_WITH(readConfig("/nowhere/psa-host.toml"), Catch::Contains("/nowhere/psa-host.toml"));
}

TEST_CASE("a byte order mark before a configuration file is skipped, and UTF-16 is named")
{
    CHECK(
        readConfig(File("\xEF\xBB\xBF[plugins]\r\nfolders = [\"/usr/lib/psa-host\"]\r\n").path).pluginFolders.size() ==
        1);
    CHECK_THROWS_WITH(readConfig(File(std::string("\xFF\xFE[\0p\0", 6)).path),
                      Catch::Contains("is UTF-16 (little endian); save it as UTF-8"));
}

TEST_CASE("a configuration file without an end is an error")
{
    CHECK_THROWS_WITH(readConfig("/dev/zero"), Catch::Contains("/dev/zero cannot be read: it has more than"));
    CHECK_THROWS_WITH(readConfig("/tmp"), Catch::Contains("/tmp cannot be read: Is a directory"));
}
