// What a reload of the configuration changes, and what it cannot.
#include "host/config/config_changes.h"
#include "tests/support/test_folder.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <fstream>
#include <regex>
#include <set>

using namespace psa::config;
using Catch::Contains;

namespace {

HostConfig configOf(const std::string &text)
{
    const psa::test::TestFolder folder(psa::test::TestFolder::inMemory());
    const auto file = folder.path() / "psa-host.toml";
    std::ofstream(file) << text;
    return readConfig(file);
}

/// Every key has another value than by default.
const char *const everything = R"(
[plugins]
folders = ["/opt/a"]
files = ["/opt/b/b.so"]
trusted_paths = ["/opt"]
start_deadline_ms = 700
confinement = "required"
[plugins.pins]
"a.so" = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
[egress]
allowed_hosts = ["psa.example.com"]
allowed_networks = ["10.20.0.0/16"]
ca_file = "/etc/passwd"
[egress.connect_to]
"psa.example.com:443" = "127.0.0.1:8443"
[secrets]
master_key_file = "/etc/psa-host/master.key"
old_key_files = ["/etc/psa-host/old.key"]
[store]
folder = "/srv/psa"
postgres = "postgresql://psa@db.example.com/psa"
postgres_password_file = "/etc/psa-host/password"
postgres_listen = "postgresql://psa@direct.example.com/psa"
postgres_synchronous_commit = "local"
keep_tickets_days = 31
keep_audit_days = 32
keep_events_days = 33
keep_bodies_days = 34
max_bodies_mib = 35
[delivery]
call_seconds = 61
retry_seconds = 62
give_up_hours = 63
quota_percent = 64
quiet_seconds = 65
[notify]
webhook = "https://hooks.example.com/secret-path"
command = ["/usr/local/bin/tell-us", "--password", "secret-word"]
[log]
format = "json"
level = "debug"
[serve]
listen = "127.0.0.1:9999"
certificate = "/etc/psa-host/tls.pem"
key = "/etc/psa-host/tls.key"
behind_proxy = true
hosts = ["psa.example.com"]
max_connections = 100
max_connections_per_peer = 50
drain_seconds = 7
)";

/// "[log] level" of each key in the text of a file.
std::set<std::string> keysIn(const std::string &text)
{
    std::set<std::string> keys;
    std::string section;
    std::istringstream lines(text);
    std::smatch found;
    for (std::string line; std::getline(lines, line);)
        if (std::regex_search(line, found, std::regex("^#?\\[([a-z_.]+)\\]")))
            section = found[1];
        else if (section.find('.') != std::string::npos && !line.empty())
            keys.insert("[" + section + "]");
        else if (std::regex_search(line, found, std::regex("^#?([a-z_]+) = ")))
            keys.insert("[" + section + "] " + found[1].str());
    return keys;
}

std::string textOf(const std::filesystem::path &file)
{
    std::ifstream in(std::filesystem::path(PSA_SOURCE_DIR) / file);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::set<std::string> names(const std::vector<ConfigChange> &changes, bool needsRestart)
{
    std::set<std::string> all;
    for (const ConfigChange &each : changes)
        if (each.needsRestart == needsRestart)
            all.insert(each.setting);
    return all;
}

} // namespace

TEST_CASE("each key of the configuration file is either reloaded or named as one that needs a restart", "[reload]")
{
    const HostConfig before = configOf("");
    const HostConfig wanted = configOf(everything);
    const auto changes = changesBetween(before, wanted);
    std::set<std::string> all = names(changes, true);
    all.merge(names(changes, false));
    CHECK(all == keysIn(everything));
    for (const std::string &key : keysIn(textOf("packaging/psa-host.toml")))
        CHECK(all.count(key) == 1);
    CHECK(changesBetween(wanted, configOf(everything)).empty());

    const HostConfig next = withoutRestart(before, wanted);
    CHECK(names(changesBetween(before, next), true).empty());
    CHECK(names(changesBetween(before, next), false) == names(changes, false));
    CHECK(names(changesBetween(next, wanted), true) == names(changes, true));
    CHECK(names(changesBetween(next, wanted), false).empty());
}

TEST_CASE("docs/configuration.md names exactly the keys that are reloaded", "[reload]")
{
    const std::string text = textOf("docs/configuration.md");
    const std::size_t begin = text.find("## What a reload changes");
    REQUIRE(begin != std::string::npos);
    const std::string part = text.substr(begin, text.find("\n## ", begin + 1) - begin);
    std::set<std::string> documented;
    const std::regex key("`(\\[[a-z.]+\\](?: [a-z_]+)?)`");
    for (std::sregex_iterator at(part.begin(), part.end(), key), end; at != end; ++at)
        documented.insert((*at)[1]);
    HostConfig before = configOf(everything);
    HostConfig wanted = configOf("");
    wanted.serve.certificate = "/etc/psa-host/other.pem"; // TLS stays
    wanted.serve.key = "/etc/psa-host/other.key";
    CHECK(documented == names(changesBetween(before, wanted), false));
}

TEST_CASE("a change shows the old value and the new one, and no secret", "[reload]")
{
    const auto changes = changesBetween(configOf("[delivery]\ncall_seconds = 60\n"), configOf(everything));
    const auto of = [&](const std::string &setting) {
        const auto at = std::find_if(changes.begin(), changes.end(),
                                     [&](const ConfigChange &each) { return each.setting == setting; });
        REQUIRE(at != changes.end());
        return at->before + " -> " + at->after;
    };
    CHECK(of("[delivery] call_seconds") == "60 -> 61");
    CHECK(of("[delivery] quota_percent") == "not set -> 64");
    CHECK(of("[log] level") == "\"info\" -> \"debug\"");
    CHECK(of("[egress] allowed_networks") == "[] -> [\"10.20.0.0/16\"]");
    CHECK(of("[egress.connect_to]") == "{} -> {\"psa.example.com:443\" = \"127.0.0.1:8443\"}");
    CHECK(of("[serve] listen") == "\"127.0.0.1:8480\" -> \"127.0.0.1:9999\"");
    CHECK(of("[notify] webhook") == "not set -> \"https://hooks.example.com/…\"");
    CHECK(of("[notify] command") == "not set -> \"/usr/local/bin/tell-us\" with arguments");
    for (const ConfigChange &each : changes)
        CHECK_THAT(each.before + each.after, !Contains("secret"));
}

TEST_CASE("a webhook whose secret path alone was changed is a change", "[reload]")
{
    const auto changes = changesBetween(configOf("[notify]\nwebhook = \"https://hooks.example.com/one\"\n"),
                                        configOf("[notify]\nwebhook = \"https://hooks.example.com/two\"\n"));
    REQUIRE(changes.size() == 1);
    CHECK(changes[0].before == changes[0].after);
}

TEST_CASE("a certificate is renewed while the host runs, but TLS is neither turned on nor off", "[reload]")
{
    HostConfig plain;
    HostConfig one;
    one.serve.certificate = "/etc/one.pem";
    one.serve.key = "/etc/one.key";
    HostConfig two;
    two.serve.certificate = "/etc/two.pem";
    two.serve.key = "/etc/two.key";
    CHECK(names(changesBetween(one, two), true).empty());
    CHECK(withoutRestart(one, two).serve.certificate == two.serve.certificate);
    CHECK(names(changesBetween(plain, one), true).size() == 2);
    CHECK_FALSE(withoutRestart(plain, one).serve.tls());
    CHECK(names(changesBetween(one, plain), true).size() == 2);
    CHECK(withoutRestart(one, plain).serve.key == one.serve.key);
}
