#include "host/cli/notify_command.h"

#include "host/cli/api_client.h"
#include "host/cli/commands.h"
#include "host/cli/outcome_printer.h"
#include "host/cli/secret_option.h"

#include <Poco/JSON/Array.h>

#include <memory>
#include <ostream>

namespace psa::cli {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

void printNotify(const Object &settings, std::ostream &out)
{
    const Array::Ptr fromFile = settings.getArray("fromFile");
    for (const char *name : {"webhook", "command"})
    {
        bool isFromFile = false;
        for (unsigned i = 0; i < fromFile->size(); ++i)
            isFromFile = isFromFile || fromFile->getElement<std::string>(i) == name;
        out << name << "  " << (settings.isNull(name) ? "none" : lineIn(settings, name))
            << (isFromFile ? "  (set in the configuration file)" : "") << '\n';
    }
    if (settings.has("trouble"))
        out << lineIn(settings, "trouble") << '\n';
}

int printed(const Object::Ptr &settings, bool json, const Streams &streams)
{
    if (json)
        printDocument(settings, streams.out);
    else
        printNotify(*settings, streams.out);
    return exitOk;
}

} // namespace

int showNotify(const config::HostConfig &config, bool json, const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        return printed(askFor(host, apiRequest("GET", "/v1/notify"), streams.log), json, streams);
    });
}

int setNotify(const config::HostConfig &config, const std::string &source, bool json, const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        Object::Ptr body = new Object;
        body->set("webhook", source.empty() ? Poco::Dynamic::Var()
                                            : Poco::Dynamic::Var(secretFromOption("--webhook", "URL of the webhook",
                                                                                  source, streams)));
        return printed(askFor(host, apiRequest("PUT", "/v1/notify", body), streams.log), json, streams);
    });
}

int testNotify(const config::HostConfig &config, bool json, const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        const Object::Ptr result = askFor(host, apiRequest("POST", "/v1/notify/test"), streams.log);
        const bool ok = result->getValue<bool>("ok");
        if (json)
            printDocument(result, streams.out);
        else if (ok)
            streams.out << "A test message was sent. Look whether it has arrived.\n";
        else
            streams.log << "The test message was not sent: " << lineIn(*result, "problem") << '\n';
        return static_cast<int>(ok ? exitOk : exitFailed);
    });
}

void offerNotify(Commands &commands)
{
    struct Options
    {
        std::string webhook;
        bool json = false;
        bool none = false;
    };
    const auto options = std::make_shared<Options>();
    CLI::App &group = commands.group("notify", "Manage how psa-host notifies people");
    CLI::App &show = commands.add(group, "show", "Show how people are notified",
                                  [options](const config::HostConfig &config, const Streams &streams) {
                                      return showNotify(config, options->json, streams);
                                  });
    CLI::App &set =
        commands.add(group, "set", "Set the webhook, unless the configuration file sets it",
                     [options](const config::HostConfig &config, const Streams &streams) {
                         return setNotify(config, options->none ? "" : options->webhook, options->json, streams);
                     });
    CLI::Option *webhook = set.add_option(
        "--webhook", options->webhook,
        "URL that gets each notice, as file:/path, env:NAME or - (prompts, or reads a line from standard "
        "input), because it is often a secret");
    CLI::Option *none = set.add_flag("--no-webhook", options->none, "Use no webhook any more")->excludes(webhook);
    set.parse_complete_callback([webhook, none] {
        if (webhook->count() + none->count() == 0)
            throw CLI::RequiredError("--webhook or --no-webhook");
    });
    CLI::App &test = commands.add(group, "test", "Send a test message to everyone who would be notified",
                                  [options](const config::HostConfig &config, const Streams &streams) {
                                      return testNotify(config, options->json, streams);
                                  });
    for (CLI::App *command : {&show, &set, &test})
        command->add_flag("--json", options->json, "Print JSON");
}

} // namespace psa::cli
