// What the commands print, and the exit codes of the program.
#include "host/cli/exit_code.h"
#include "host/cli/host_commands.h"
#include "host/cli/plugins_command.h"
#include "host/json/strict_json.h"
#include "tests/support/run_program.h"

#include <catch2/catch.hpp>

#include <Poco/JSON/Array.h>

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace psa::cli;
using namespace psa::config;
using namespace psa::json;
using Poco::JSON::Object;

namespace {

/// The host's configuration for the plugins of this build.
HostConfig config(const std::vector<std::filesystem::path> &files)
{
    HostConfig result;
    result.pluginFiles = files;
    result.loader.trustedPaths = {PSA_BINARY_DIR};
    return result;
}

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

Object::Ptr exampleDescriptor()
{
    std::ifstream file(PSA_SOURCE_DIR "/plugin-api/schemas/examples/descriptor.json");
    std::ostringstream text;
    text << file.rdbuf();
    return parseStrict(text.str()).extract<Object::Ptr>();
}

std::string describedAs(const Object &descriptor)
{
    std::ostringstream out;
    printDescription(descriptor, {}, out);
    return out.str();
}

int exitCodeOf(const std::vector<std::string> &arguments)
{
    return psa::test::runProgram(PSA_HOST, arguments).exitCode;
}

} // namespace

TEST_CASE("plugins list shows each file, how far it got and what to do")
{
    std::ostringstream out;
    std::ostringstream log;
    CHECK(listPlugins(config({MINIMAL_C, "/nowhere/x.so"}), false, out, log) == exitFailed);
    for (const std::string part : {"ready", MINIMAL_C, "com.example.minimal-c@", "path trusted by trusted_paths",
                                   "not found           /nowhere/x.so", "what to do  Correct \"folders\""})
        CHECK_THAT(out.str(), Catch::Contains(part));
}

TEST_CASE("plugins list as JSON has the same content")
{
    std::ostringstream out;
    std::ostringstream log;
    CHECK(listPlugins(config({MINIMAL_C}), true, out, log) == exitOk);
    const auto list = parseStrict(out.str()).extract<Poco::JSON::Array::Ptr>();
    REQUIRE(list->size() == 1);
    CHECK(list->getObject(0)->getValue<std::string>("state") == "ready");
    CHECK(list->getObject(0)->getValue<std::string>("sha256").size() == 64);
    CHECK(!list->getObject(0)->has("warnings")); // none: the example is valid
}

TEST_CASE("a list without plugins says where was searched and what to do")
{
    std::string folder = "/tmp/psa-empty-XXXXXX";
    HostConfig empty;
    empty.pluginFolders = {mkdtemp(folder.data())};
    std::ostringstream out;
    std::ostringstream log;
    CHECK(listPlugins(empty, false, out, log) == exitOk);
    CHECK_THAT(out.str(), Catch::Contains("There are no *.so files in " + std::string(folder)) &&
                              Catch::Contains("Install a plugin there"));
    std::filesystem::remove(folder);
    CHECK(listPlugins({}, false, out, log) == exitOk);
    CHECK_THAT(out.str(), Catch::Contains("No plugins are configured. Set \"folders\""));
}

TEST_CASE("plugins describe finds a plugin by id, id@version and file, and otherwise lists the available ones")
{
    std::ostringstream out;
    std::ostringstream log;
    for (const std::string name : {"com.example.minimal-c", MINIMAL_C})
    {
        out.str("");
        CHECK(describePlugin(config({MINIMAL_C}), name, false, out, log) == exitOk);
        CHECK_THAT(out.str(), Catch::StartsWith("Example PSA (com.example.minimal-c@") &&
                                  Catch::Contains("API Key (apiKey): required, secret"));
    }
    CHECK(describePlugin(config({MINIMAL_C}), "com.example.other", false, out, log) == exitNotFound);
    CHECK_THAT(log.str(),
               Catch::Contains("no plugin \"com.example.other\"") && Catch::Contains("com.example.minimal-c@"));
    CHECK(describePlugin(config({"/nowhere/x.so"}), "/nowhere/x.so", false, out, log) == exitFailed);
}

TEST_CASE("a description has everything that an operator needs to know")
{
    const std::string text = describedAs(*exampleDescriptor());
    for (const std::string part :
         {"Example PSA (com.example.minimal@1.0.0)", "Made by         Example Ltd",
          "Setup guide     https://example.com/guide", "creates tickets, finds a ticket after an unknown outcome",
          "Sends only to   *.example.com", "API URL (apiUrl): required\n",
          "Must be an address that begins with https://.", "API Key (apiKey): required, secret",
          "Ticket defaults\n  Queue (queue): optional, values listed by the PSA",
          "Ticket fields\n  Site (site): optional", "2 tickets of a connection at once",
          "at most 3 concurrent requests", "at most 10000 requests in 3600 s, shared by equal apiUrl",
          "the field \"externalId\" of a ticket", "401 Unauthorized: The API key is wrong",
          "Make a new one under Admin, API Keys."})
        CHECK_THAT(text, Catch::Contains(part));
    CHECK(text.find("API URL") < text.find("API Key")); // in the plugin's order
}

TEST_CASE("a description shows defaults and what blank means, and no escape sequence reaches the terminal")
{
    auto descriptor = exampleDescriptor();
    descriptor->set("vendor", "Evil\x1B[2J");
    auto field = descriptor->getObject("ticketDefaults")->getObject("properties")->getObject("queue");
    field->set("default", "Service Desk");
    field->set("blankMeans", "the PSA chooses");
    const std::string text = describedAs(*descriptor);
    CHECK_THAT(text, Catch::Contains("Default: Service Desk\n") && Catch::Contains("If blank: the PSA chooses\n"));
    CHECK(text.find('\x1B') == std::string::npos);
}

TEST_CASE("config check prints what it found, and warns about a disabled check")
{
    HostConfig found;
    found.pluginFolders = {"/", "/nowhere/plugins"};
    found.loader.trustedPaths = {"/srv/qa"};
    found.loader.pins["a.so"] = std::string(64, '0');
    std::ostringstream out;
    CHECK(checkConfig("x.toml", found, out) == exitOk);
    CHECK(out.str() ==
          "x.toml is valid.\n"
          "  plugin folders:\n    /\n    /nowhere/plugins   (does not exist)\n"
          "  plugin files: none\n"
          "  pins: 1\n  additionally allowed hosts: 0, networks: 0\n  master key: none\n"
          "  store: /var/lib/psa-host, tickets kept for 90 days, the audit log for 365, events for 90, bodies of "
          "deliveries for 7\n"
          "  notifications: only the log\n"
          "Warning: trusted_paths disables the owner and mode checks at and below /srv/qa. Remove it in production.\n");
}

TEST_CASE("config check names the database that hosts share")
{
    HostConfig found;
    found.store.postgres = "postgresql://psa@db.example.com/psa";
    std::ostringstream out;
    checkConfig("x.toml", found, out);
    CHECK_THAT(out.str(), Catch::Contains("  store: postgresql://psa@db.example.com/psa, with the state folder "
                                          "/var/lib/psa-host, tickets kept"));
}

TEST_CASE("the program's exit codes say what kind of failure it was")
{
    const File good("[plugins]\nfiles = [\"" MINIMAL_C "\"]\ntrusted_paths = [\"" PSA_BINARY_DIR "\"]\n");
    const File missing("[plugins]\nfiles = [\"/nowhere/x.so\"]\n");
    const File wrong("[plugins]\nfolder = 1\n");
    CHECK(exitCodeOf({"--version"}) == exitOk);
    CHECK(exitCodeOf({"--config", good.path, "config", "check"}) == exitOk);
    CHECK(exitCodeOf({"--config", good.path, "plugins", "list"}) == exitOk);
    CHECK(exitCodeOf({"--config", missing.path, "plugins", "list"}) == exitFailed);
    CHECK(exitCodeOf({"plugins"}) == exitUsage);
    CHECK(exitCodeOf({"--config", wrong.path, "config", "check"}) == exitConfig);
    CHECK(exitCodeOf({"--config", "/nowhere/x.toml", "config", "check"}) == exitConfig);
    CHECK(exitCodeOf({"--config", good.path, "plugins", "describe", "nobody"}) == exitNotFound);
}

TEST_CASE("plugins describe shows what can be done to a ticket after it was created, if anything")
{
    const Object::Ptr descriptor = exampleDescriptor();
    CHECK_THAT(describedAs(*descriptor), !Catch::Contains("Notes and changes"));
    const auto updates = parseStrict(R"({"version":1,"noteMaxLength":32000,"quietSeconds":60,
        "resolvedStatuses":["Complete","\u001b[2J"],"reopenedStatuses":[],"changes":["status","device"],
        "afterCreate":["device"],"removesNotes":false})")
                             .extract<Object::Ptr>();
    std::ostringstream out;
    printDescription(*descriptor, updates, out);
    CHECK_THAT(out.str(),
               Catch::Contains("Notes and changes\n  A note has at most 32000 characters, and is visible after "
                               "at most 60 s; one too many cannot be deleted.\n"
                               "  Can be changed: status, device\n  Set once a ticket exists: device\n"
                               "  Status of resolved tickets: Complete, \xef\xbf\xbd[2J\n"));
    CHECK_THAT(out.str(), !Catch::Contains("reopened"));
}

TEST_CASE("plugins call makes one call of a plugin, and names the functions and arguments that there are")
{
    const File settings("[plugins]\nfiles = [\"" + std::string(MINIMAL_C) + "\"]\ntrusted_paths = [\"" +
                        std::string(PSA_BINARY_DIR) + "\"]\n");
    const File key("not-a-real-key\n");
    const File file("plugin = \"com.example.minimal-c\"\n[configuration]\napiKey = { file = \"" + key.path + "\" }\n");
    const std::string connection = file.path + ".toml";
    std::filesystem::copy_file(file.path, connection);
    const auto call = [&](std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), {"--config", settings.path, "plugins", "call", "--connection", connection});
        return psa::test::runProgram(PSA_HOST, arguments);
    };
    const auto created = call({"create_ticket", "reference=R1", R"(ticket={"version":1,"title":"A"})"});
    INFO(created.err);
    CHECK(created.exitCode == exitOk);
    CHECK_THAT(created.out, Catch::Contains("\"id\": \"1\""));

    const auto missing = call({"find_note", "ticketId=1", "reference=R1"});
    CHECK(missing.exitCode != exitOk);
    CHECK_THAT(missing.err, Catch::Contains("it does not offer the extension psa.update-ticket/1"));

    using Words = std::pair<std::vector<std::string>, std::string>;
    for (const auto &[arguments, words] :
         {Words{{"delete_ticket"}, "A plugin has no function \"delete_ticket\""},
          Words{{"describe"}, "A plugin has no function \"describe\""},
          Words{{"find_ticket", "id=1"}, "\"id=1\" is not an argument of find_ticket"},
          Words{{"find_ticket", "reference"}, "\"reference\" is not an argument of find_ticket"},
          Words{{"create_ticket", "ticket={"}, "The argument ticket is not JSON"},
          Words{{"list_choices", "list=queues", "limit=many"}, "\"limit\" of list_choices is not a number"}})
    {
        const auto refused = call(arguments);
        INFO(refused.err);
        CHECK(refused.exitCode == exitUsage);
        CHECK_THAT(refused.err, Catch::Contains(words) && Catch::Contains("add_note (ticketId, reference, note)"));
    }
    std::filesystem::remove(connection);
}

TEST_CASE("an unknown word is a usage error that suggests the nearest known one, with and without --help")
{
    struct Case
    {
        std::vector<std::string> arguments;
        std::string says;
    };
    for (const Case &each : std::vector<Case>{
             {{"souce"}, "psa-host has no command \"souce\". The nearest is \""},
             {{"conection"}, "The nearest is \"connection\". See: psa-host --help"},
             {{"conn"}, "The nearest is \"connection\"."},
             {{"ticket", "craete"}, "psa-host ticket has no command \"craete\". The nearest is \"create\"."},
             {{"ticket", "create", "--titel", "x"},
              "psa-host ticket create has no option \"--titel\". The nearest is --title. See: psa-host ticket create "
              "--help"},
             {{"ticket", "list", "--limits=7"}, "has no option \"--limits\". The nearest is --limit."},
             {{"ticket", "list", "--config", "x"}, "It must come before the command: psa-host --config ..."},
             {{"backup", "a.db", "b.db"}, "psa-host backup does not take \"b.db\"."},
         })
        for (const bool help : {false, true})
        {
            std::vector<std::string> arguments = each.arguments;
            if (help)
                arguments.emplace_back("--help");
            const auto result = psa::test::runProgram(PSA_HOST, arguments);
            INFO(result.err << result.out);
            CHECK(result.exitCode == exitUsage);
            CHECK_THAT(result.err, Catch::Contains(each.says));
            CHECK(result.out.empty());
        }
    for (const std::vector<std::string> &known : {std::vector<std::string>{"--help"}, {"ticket", "create", "--help"}})
        CHECK(exitCodeOf(known) == exitOk);
}

TEST_CASE("without any configuration file the program says what to do next")
{
    CHECK_THAT(noConfigText("/etc/x.toml"), Catch::Contains("the default one, /etc/x.toml, does not exist") &&
                                                Catch::Contains("[plugins]\n") && Catch::Contains("--config FILE"));
    const std::string standard = "/etc/psa-host/psa-host.toml";
    if (std::filesystem::exists(standard))
        return; // this machine has one, so the program prints nothing
    const auto result = psa::test::runProgram(PSA_HOST, {"config", "check"});
    CHECK(result.exitCode == exitConfig);
    CHECK(result.err == noConfigText(standard));
}
