// Sources on the command line, without a running host.
#include "host/cli/event_command.h"
#include "host/cli/exit_code.h"
#include "host/cli/source_command.h"
#include "host/json/strict_json.h"
#include "tests/support/test_folder.h"

#include <Poco/JSON/Array.h>

#include <catch2/catch.hpp>

#include <fstream>
#include <sstream>

using namespace psa::cli;
using namespace psa::config;
using namespace psa::test;
using Catch::Contains;
using Poco::JSON::Object;

namespace {

/// Commands on one store, each of which opens it itself.
struct SourceCommands
{
    SourceCommands() { config.store.folder = folder.path() / "state"; }

    std::string file(const std::string &name, const std::string &text) const
    {
        const std::string path = (folder.path() / name).string();
        std::ofstream(path) << text;
        return path;
    }

    /// Runs `command` with empty output and `typed` as standard input; returns its exit code.
    template <class Command>
    int run(const Command &command, const std::string &typed = "")
    {
        in = std::istringstream(typed);
        out.str("");
        log.str("");
        return command(Streams{in, out, log});
    }
    int add(const std::string &name, const std::string &preset = "json")
    {
        SourceEdit edit;
        edit.name = name;
        edit.preset = preset;
        return run([&](const Streams &streams) { return addSource(config, edit, false, streams); });
    }
    int set(const SourceEdit &edit, const std::string &typed = "")
    {
        return run([&](const Streams &streams) { return setSource(config, edit, false, streams); }, typed);
    }
    int test(const SourceTrial &trial, bool json, const std::string &typed = "")
    {
        return run([&](const Streams &streams) { return testSource(config, trial, json, streams); }, typed);
    }
    Object::Ptr shown(const std::string &name)
    {
        REQUIRE(run([&](const Streams &streams) { return showSource(config, name, true, streams); }) == exitOk);
        return psa::json::parseStrict(out.str()).extract<Object::Ptr>();
    }

    TestFolder folder{TestFolder::inMemory()};
    HostConfig config;
    std::istringstream in;
    std::ostringstream out;
    std::ostringstream log;
};

constexpr const char *disk = R"({"kind":"problem","key":"disk","title":"Disk full","text":""})";

} // namespace

TEST_CASE("a source is added, shown, changed and removed, and its token is printed once", "[cli]")
{
    SourceCommands commands;
    CHECK(commands.add("web") == exitOk);
    CHECK_THAT(commands.out.str(), Contains("psas_") && Contains("/v1/hooks/web"));
    CHECK(commands.add("web") == exitRefused);
    SourceEdit edit;
    edit.name = "web";
    edit.timeZone = "Europe/Oslo";
    edit.quotaPerMinute = 1200;
    edit.settings = {"customer=Acme Dental", "severities=P1=critical,P2=high"};
    edit.disable = true;
    CHECK(commands.set(edit) == exitOk);
    const Object::Ptr source = commands.shown("web");
    CHECK(source->getValue<std::string>("timeZone") == "Europe/Oslo");
    CHECK(source->getValue<int>("quotaPerMinute") == 1200);
    CHECK(source->getValue<bool>("enabled") == false);
    const Object::Ptr settings = source->getObject("settings");
    CHECK(settings->getValue<std::string>("customer") == "Acme Dental");
    CHECK(settings->getObject("severities")->getValue<std::string>("P1") == "critical");
    CHECK(commands.run([&](const Streams &s) { return listSources(commands.config, false, s); }) == exitOk);
    CHECK_THAT(commands.out.str(), Contains("web") && Contains("turned off") && !Contains("psas_"));
    CHECK(commands.run([&](const Streams &s) { return removeSource(commands.config, "web", s); }) == exitOk);
    CHECK(commands.run([&](const Streams &s) { return showSource(commands.config, "web", false, s); }) == exitNotFound);
}

TEST_CASE("source test shows tree, unset values and events without a running host", "[cli]")
{
    SourceCommands commands;
    SourceTrial trial;
    trial.body = commands.file("body.json", disk);
    CHECK(commands.test(trial, false) == exitOk);
    CHECK_THAT(commands.out.str(), Contains("What the reader gets") && Contains("/body/text") && Contains("Disk full"));
    CHECK(commands.test(trial, true) == exitOk);
    const auto answer = psa::json::parseStrict(commands.out.str()).extract<Object::Ptr>();
    CHECK(answer->getArray("events")->getObject(0)->getValue<std::string>("key") == "disk");
    CHECK(answer->getArray("decisions")->size() == 1);
    CHECK(answer->isNull("failed"));
    trial.body = "-";
    trial.reader = commands.file("reader.jq", R"({kind: "problem", key: .headers["x-host"], title: .query.title})");
    trial.headers = {"X-Host: header"};
    trial.query = {"title=From the query"};
    CHECK(commands.test(trial, true, "{}") == exitOk);
    CHECK_THAT(commands.out.str(), Contains("From the query") && Contains("\"header\""));
}

TEST_CASE("source test names what is refused, not understood, or wrong on its own command line", "[cli]")
{
    SourceCommands commands;
    SourceTrial trial;
    trial.body = commands.file("body.json", R"({"kind":"nonsense"})");
    CHECK(commands.test(trial, false) == exitRefused);
    CHECK_THAT(commands.out.str(), Contains("It is not understood: "));
    trial.reader = commands.file("reader.jq", R"({refuse: "put an Alertmanager between"})");
    CHECK(commands.test(trial, false) == exitRefused);
    CHECK_THAT(commands.out.str(), Contains("The reader refuses it: put an Alertmanager between"));
    trial.headers = {"no colon"};
    CHECK(commands.test(trial, false) == exitRefused);
    CHECK_THAT(commands.log.str(), Contains("--header takes"));
    trial.headers.clear();
    trial.source = "web";
    CHECK(commands.test(trial, false) == exitRefused);
    CHECK_THAT(commands.log.str(), Contains("--source names a source with its settings"));
    trial = {};
    trial.body = "/nowhere/body.json";
    CHECK(commands.test(trial, false) == exitRefused);
    CHECK_THAT(commands.log.str(), Contains("/nowhere/body.json"));
}

TEST_CASE("the secret of signatures is not taken from the command line itself", "[cli]")
{
    SourceCommands commands;
    REQUIRE(commands.add("web") == exitOk);
    SourceEdit edit;
    edit.name = "web";
    edit.signatureSecret = "a secret in the clear";
    CHECK(commands.set(edit) == exitRefused);
    CHECK_THAT(commands.log.str(), Contains("other users can see command lines"));
    edit.signatureSecret = "-";
    CHECK(commands.set(edit, "a secret from standard input\n") == exitTemporary); // there is no master key
    CHECK_THAT(commands.log.str(), Contains("psa-host keys generate") && !Contains("standard input\n"));
}

TEST_CASE("credentials of a source are renewed and revoked on the command line", "[cli]")
{
    SourceCommands commands;
    REQUIRE(commands.add("web") == exitOk);
    const auto token = [&](bool revoke) {
        return commands.run(
            [&](const Streams &s) { return changeSourceToken(commands.config, "web", revoke, false, s); });
    };
    CHECK(token(false) == exitOk);
    CHECK_THAT(commands.out.str(), Contains("psas_"));
    CHECK(token(true) == exitOk);
    CHECK(commands.shown("web")->getValue<bool>("hasToken") == false);
    CHECK(commands.run([&](const Streams &s) { return changeSourceUrl(commands.config, "web", false, false, s); }) ==
          exitOk);
    CHECK_THAT(commands.out.str(), Contains("/v1/hooks/web/psau_"));
    CHECK(commands.shown("web")->getValue<bool>("urlWithSecret") == true);
    CHECK(commands.run([&](const Streams &s) { return resumeSource(commands.config, "web", s); }) == exitOk);
}

TEST_CASE("presets, deliveries and events are listed on the command line", "[cli]")
{
    SourceCommands commands;
    REQUIRE(commands.add("web") == exitOk);
    CHECK(commands.run([&](const Streams &s) { return listPresets(commands.config, "", false, s); }) == exitOk);
    CHECK_THAT(commands.out.str(), Contains("alertmanager") && Contains("zabbix"));
    CHECK(commands.run([&](const Streams &s) { return listPresets(commands.config, "grafana", false, s); }) == exitOk);
    CHECK_THAT(commands.out.str(), Contains("--set customerLabels=") && Contains("{{url}}"));
    CHECK(commands.run([&](const Streams &s) {
        return listDeliveries(commands.config, {"web", "", 50}, false, s);
    }) == exitOk);
    CHECK(commands.run([&](const Streams &s) {
        return listDeliveries(commands.config, {"web", "gone", 50}, false, s);
    }) == exitRefused);
    CHECK(commands.run([&](const Streams &s) { return showDelivery(commands.config, "7", false, false, s); }) ==
          exitNotFound);
    CHECK(commands.run([&](const Streams &s) { return readDeliveryAgain(commands.config, "7", false, s); }) ==
          exitNotFound);
    CHECK(commands.run([&](const Streams &s) { return listEvents(commands.config, {}, false, s); }) == exitOk);
    CHECK(commands.run([&](const Streams &s) { return showEvent(commands.config, "7", false, s); }) == exitNotFound);
    CHECK(commands.run([&](const Streams &s) { return purgeEvents(commands.config, "Acme", false, s); }) == exitOk);
    CHECK_THAT(commands.out.str(), Contains("the texts of 0 events"));
}
