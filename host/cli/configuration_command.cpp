#include "host/cli/configuration_command.h"

#include "host/cli/api_client.h"
#include "host/cli/commands.h"
#include "host/cli/document_file.h"
#include "host/cli/outcome_printer.h"
#include "host/json/json_text.h"
#include "host/json/json_values.h"
#include "host/json/utf8.h"
#include "host/plugin/build_choice.h"
#include "host/plugin/form.h"
#include "host/secrets/secret_source.h"

#include <Poco/JSON/Array.h>

#include <memory>
#include <ostream>

namespace psa::cli {
namespace {

using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;

/// Replaces the references to secrets in a configuration by what they refer to.
class SecretReferences
{
public:
    SecretReferences(ApiClient &host, const DocumentFile &file, std::ostream &log) : host_(host), file_(file), log_(log)
    {
    }

    /// Throws BadRequest.
    void resolve(const Object &configuration)
    {
        forEach(configuration, "sources", [&](Object &source, const std::string &pointer) {
            resolveMember(source, "signatureSecret", pointer, true);
        });
        forEach(configuration, "connections", [&](Object &connection, const std::string &pointer) {
            if (!connection.isObject("configuration"))
                return;
            const std::set<std::string> secrets = secretFields(connection);
            Object::Ptr fields = connection.getObject("configuration");
            for (const std::string &field : fields->getNames())
                resolveMember(*fields, field, pointer + "/configuration", secrets.contains(field));
        });
    }

private:
    /// What is not as it should be is left to the API, which says so.
    template <class Work>
    static void forEach(const Object &configuration, const char *member, const Work &work)
    {
        const Array::Ptr list = configuration.isArray(member) ? configuration.getArray(member) : nullptr;
        for (unsigned i = 0; !list.isNull() && i < list->size(); ++i)
            if (Object::Ptr entry = list->isObject(i) ? list->getObject(i) : nullptr)
                work(*entry, std::string("/") + member + "/" + std::to_string(i));
    }

    void resolveMember(Object &object, const std::string &name, const std::string &pointer, bool isSecret) const
    {
        if (!object.has(name))
            return;
        const std::string place = json::memberPointer(pointer, name);
        const Var value = object.get(name);
        if (value.type() == typeid(Object::Ptr))
        {
            const Object::Ptr reference = value.extract<Object::Ptr>();
            if (reference->size() == 1 && (reference->has("file") || reference->has("env")))
                object.set(name, referredTo(*reference, place));
        }
        else if (isSecret && !json::isBlank(value))
            throw BadRequest(file_.placeOf(place) + ": " + place +
                             " is a secret and must not be in this file: put it into a file of its own and write "
                             "{ file = \"/path\" }, or { env = \"NAME\" }.");
    }

    std::string referredTo(const Object &reference, const std::string &place) const
    try
    {
        return reference.has("file") ? secrets::secretFromFile(reference.optValue<std::string>("file", ""))
                                     : secrets::secretFromEnvironment(reference.optValue<std::string>("env", ""));
    }
    catch (const secrets::SecretUnavailable &error)
    {
        throw BadRequest(file_.placeOf(place) + ": " + place + ": " + error.what());
    }

    /// Of the plugin of a connection; none if it is not known, which the API reports.
    std::set<std::string> secretFields(const Object &connection) const
    {
        std::string build = connection.optValue<std::string>("plugin", "");
        const auto stored =
            host_.ask(apiRequest("GET", apiPath("/v1/connections/", connection.optValue<std::string>("name", ""))));
        if (build.empty() && stored.status == 200)
            build = json::parseObject(stored.body)->optValue<std::string>("plugin", "");
        const auto answer = host_.ask(apiRequest("GET", apiPath("/v1/plugins/", build)));
        if (build.empty() || answer.status != 200)
            return {};
        const std::vector<std::string> names =
            plugin::readForms(*json::parseObject(answer.body)).configuration.secretFields();
        return {names.begin(), names.end()};
    }

    ApiClient &host_;
    const DocumentFile &file_;
    std::ostream &log_;
};

void printChange(const Object &change, std::ostream &out)
{
    const std::string what = lineIn(change, "change");
    if (what == "order")
        out << "* the order of the rules\n";
    else
        out << (what == "add"      ? "+ "
                : what == "remove" ? "- "
                                   : "~ ")
            << lineIn(change, "kind") << " \"" << lineIn(change, "name") << "\"\n";
    const Array::Ptr fields = change.getArray("fields");
    for (unsigned i = 0; !fields.isNull() && i < fields->size(); ++i)
    {
        const Object::Ptr field = fields->getObject(i);
        out << "    " << lineIn(*field, "path") << (field->has("path") ? ": " : "");
        if (field->has("before") || field->has("after"))
            out << (field->has("before") ? lineIn(*field, "before") : "(none)") << " -> "
                << (field->has("after") ? lineIn(*field, "after") : "(none)") << '\n';
        else
            out << "another value\n";
    }
}

void printResult(const Object &result, bool dryRun, const Streams &streams)
{
    const Array::Ptr changes = result.getArray("changes");
    for (unsigned i = 0; i < changes->size(); ++i)
        printChange(*changes->getObject(i), streams.out);
    if (changes->size() == 0)
        streams.out << "Nothing differs.\n";
    else if (dryRun)
        streams.out << "Nothing was changed: this was a dry run.\n";
    else
        streams.out << "All of this was applied.\n";
    const Array::Ptr warnings = result.getArray("warnings");
    for (unsigned i = 0; !warnings.isNull() && i < warnings->size(); ++i)
        streams.log << "Warning: " << json::printableLine(warnings->getElement<std::string>(i)) << '\n';
}

constexpr const char *aboutSecrets = "# Written by psa-host export, for psa-host apply. Secrets are not exported: { "
                                     "stored = true } keeps the stored one.\n"
                                     "# Elsewhere, write { file = \"/path\" } or { env = \"NAME\" } instead.\n\n";

} // namespace

int applyConfiguration(const config::HostConfig &config, const ApplyOptions &options, const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        const DocumentFile file(options.file, streams.in);
        SecretReferences(host, file, streams.log).resolve(*file.document());
        Object::Ptr document = file.document();
        if (options.prune)
            document->set("prune", true);
        http::ApiRequest request = apiRequest("POST", "/v1/configuration", document);
        if (options.dryRun)
            request.query.emplace("dryRun", "true");
        const Object::Ptr result = askFor(host, std::move(request), streams.log, nullptr,
                                          [&](const std::string &pointer) { return file.placeOf(pointer); });
        if (options.json)
            printDocument(result, streams.out);
        else
            printResult(*result, options.dryRun, streams);
        return exitOk;
    });
}

int exportConfiguration(const config::HostConfig &config, const std::string &format, const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        const Object::Ptr configuration = askFor(host, apiRequest("GET", "/v1/configuration"), streams.log);
        if (format == "json")
            printDocument(configuration, streams.out);
        else
            streams.out << aboutSecrets << tomlText(*configuration);
        return exitOk;
    });
}

void offerConfiguration(Commands &commands)
{
    struct Options
    {
        ApplyOptions apply;
        std::string format = "toml";
    };
    const auto options = std::make_shared<Options>();
    CLI::App &apply = commands.add(commands.app(), "apply",
                                   "Make sources, rules, windows, customers and connections equal to those in a file",
                                   [options](const config::HostConfig &config, const Streams &streams) {
                                       return applyConfiguration(config, options->apply, streams);
                                   });
    apply
        .add_option("file", options->apply.file,
                    "The file: TOML if its name ends in .toml, otherwise JSON; - for JSON on standard input")
        ->required();
    apply.add_flag("--dry-run", options->apply.dryRun, "Only show what differs");
    apply.add_flag("--prune", options->apply.prune, "Remove what is not in the file, of the kinds that it has");
    apply.add_flag("--json", options->apply.json, "Print JSON");
    commands
        .add(commands.app(), "export", "Print a file for apply with all that is stored, without secrets",
             [options](const config::HostConfig &config, const Streams &streams) {
                 return exportConfiguration(config, options->format, streams);
             })
        .add_option("--format", options->format, "toml or json")
        ->check(CLI::IsMember({"toml", "json"}))
        ->capture_default_str();
}

} // namespace psa::cli
