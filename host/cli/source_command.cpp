#include "host/cli/source_command.h"

#include "host/cli/api_client.h"
#include "host/cli/outcome_printer.h"
#include "host/cli/secret_option.h"
#include "host/events/source_secrets.h"
#include "host/json/base64.h"
#include "host/json/json_text.h"
#include "host/json/strict_json.h"
#include "host/os/read_file.h"

#include <Poco/JSON/Array.h>
#include <Poco/String.h>
#include <Poco/StringTokenizer.h>

#include <functional>
#include <iomanip>
#include <ostream>

namespace psa::cli {
namespace {

using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;

constexpr std::size_t maxDocument = 1 << 20;
/// Deeper than any body that is taken.
constexpr json::JsonLimits trialAnswer{std::string_view::npos, 400};

std::string sourcePath(const std::string &name, const std::string &end = "")
{
    return apiPath("/v1/sources/", name, end);
}

/// The content of an option's file; "-" = standard input.
std::string fileOf(const char *option, const std::string &file, std::size_t most, const Streams &streams)
try
{
    return file == "-" ? os::readStream(streams.in, most) : os::readFile(file, most);
}
catch (const std::exception &error)
{
    throw BadRequest(std::string(option) + " " + file + ": " + error.what());
}

std::pair<std::string, std::string> pairFrom(const char *option, const std::string &text)
{
    if (auto pair = splitPair(text))
        return std::move(*pair);
    throw BadRequest(std::string(option) + " takes name=value, not \"" + text + "\".");
}

std::vector<std::string> commaList(const std::string &text)
{
    const Poco::StringTokenizer parts(text, ",",
                                      Poco::StringTokenizer::TOK_TRIM | Poco::StringTokenizer::TOK_IGNORE_EMPTY);
    return {parts.begin(), parts.end()};
}

Object::Ptr settingOf(const Object &preset, const std::string &name)
{
    const Array::Ptr settings = preset.getArray("settings");
    for (unsigned i = 0; i < settings->size(); ++i)
        if (settings->getObject(i)->getValue<std::string>("name") == name)
            return settings->getObject(i);
    return nullptr;
}

/// `text` in the type of the setting: a list is "a, b", pairs are "a=b, c=d". An unknown setting stays a text, which the
/// API refuses with the names that exist.
Var settingValue(const Object &preset, const std::string &name, const std::string &text)
{
    const Object::Ptr setting = settingOf(preset, name);
    const std::string type = setting.isNull() ? "text" : setting->getValue<std::string>("type");
    if (type == "texts")
        return json::arrayOf(commaList(text));
    if (type == "boolean" && (text == "true" || text == "false"))
        return text == "true";
    if (type != "pairs")
        return text;
    Object::Ptr pairs = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
    for (const std::string &each : commaList(text))
    {
        const auto [key, value] = pairFrom(("--set " + name).c_str(), each);
        pairs->set(key, value);
    }
    return pairs;
}

void addSettings(ApiClient &host, const std::vector<std::string> &given, Object &document, std::ostream &log)
{
    if (given.empty())
        return;
    const auto presetName = document.optValue<std::string>("preset", "");
    if (presetName.empty())
        throw BadRequest("Specify the preset with --preset; list all with: psa-host source presets");
    const Object::Ptr preset = askFor(host, apiRequest("GET", apiPath("/v1/presets/", presetName)), log);
    Object::Ptr settings = document.isObject("settings") ? document.getObject("settings") : Object::Ptr(new Object);
    for (const std::string &each : given)
    {
        const auto [name, value] = pairFrom("--set", each);
        settings->set(name, settingValue(*preset, name, value));
    }
    document.set("settings", settings);
}

void addReader(const std::string &reader, Object &document, const Streams &streams)
{
    if (reader == "preset")
        document.remove("reader");
    else if (!reader.empty())
        document.set("reader", fileOf("--reader", reader, maxDocument, streams));
}

void setNumber(Object &document, const char *name, const std::optional<int> &value)
{
    if (value)
        document.set(name, *value > 0 ? Var(*value) : Var());
}

void addSignature(const SourceEdit &edit, Object &document, const Streams &streams)
{
    if (!edit.signatureHeader.empty())
    {
        Object::Ptr signature = new Object;
        signature->set("header", edit.signatureHeader);
        if (!edit.signatureTimeHeader.empty())
            signature->set("timestampHeader", edit.signatureTimeHeader);
        document.set("signature", signature);
    }
    if (!edit.signatureSecret.empty())
        document.set("signatureSecret",
                     secretFromOption("--signature-secret", "signature secret", edit.signatureSecret, streams));
}

/// Changes `document`, a source as the API shows it or an empty object, as the options say.
void edited(ApiClient &host, const SourceEdit &edit, Object &document, const Streams &streams)
{
    if (!edit.file.empty())
    {
        const Object::Ptr file =
            json::parseStrict(fileOf("--file", edit.file, maxDocument, streams)).extract<Object::Ptr>();
        for (const auto &[name, value] : *file)
            document.set(name, value);
    }
    document.set("name", edit.name);
    if (!edit.preset.empty())
        document.set("preset", edit.preset);
    addReader(edit.reader, document, streams);
    addSettings(host, edit.settings, document, streams.log);
    if (edit.timeZone)
        document.set("timeZone", edit.timeZone->empty() ? Var() : Var(*edit.timeZone));
    setNumber(document, "staleAfterHours", edit.staleAfterHours);
    setNumber(document, "recoveredAfterSilenceMinutes", edit.recoveredAfterSilenceMinutes);
    setNumber(document, "quotaPerMinute", edit.quotaPerMinute);
    setNumber(document, "silentAfterHours", edit.silentAfterHours);
    addSignature(edit, document, streams);
    if (edit.enable || edit.disable)
        document.set("enabled", edit.enable);
}

/// One line of a list of facts; nothing for a value that is not set.
void printFact(std::ostream &out, const char *label, const Object &object, const char *member)
{
    const Var value = object.get(member);
    if (value.isEmpty())
        return;
    const std::string text = value.isString() ? value.toString() : json::jsonText(value);
    if (!text.empty())
        out << "  " << std::left << std::setw(22) << label << json::printableLine(text) << '\n';
}

std::string stateOf(const Object &source)
{
    const Object::Ptr state = source.getObject("state");
    if (!source.isNull("trouble"))
        return "cannot work";
    if (!source.getValue<bool>("enabled"))
        return "turned off";
    if (state->getValue<bool>("parked"))
        return "parked";
    const auto notUnderstood = state->getValue<std::int64_t>("notUnderstood");
    if (notUnderstood > 0)
        return std::to_string(notUnderstood) + " not understood";
    if (!state->isNull("silentSince"))
        return "silent since " + state->getValue<std::string>("silentSince");
    return state->isNull("lastDelivery") ? "nothing received yet" : "receiving";
}

void printSource(const Object &source, std::ostream &out)
{
    out << json::printableLine(source.getValue<std::string>("name")) << '\n';
    for (const auto &[label, member] :
         {std::pair("preset", "preset"), std::pair("URL", "url"), std::pair("trouble", "trouble")})
        printFact(out, label, source, member);
    out << "  " << std::left << std::setw(22) << "state" << json::printableLine(stateOf(source)) << '\n';
    const Object &state = *source.getObject("state");
    for (const auto &[label, member] :
         {std::pair("reason", "reason"), std::pair("last delivery", "lastDelivery"),
          std::pair("deliveries", "deliveries"), std::pair("events", "events"),
          std::pair("not understood", "notUnderstood"), std::pair("kept", "kept"),
          std::pair("refused requests", "refused"), std::pair("keeps bodies", "keepsBodies")})
        printFact(out, label, state, member);
    for (const auto &[label, member] :
         {std::pair("has a token", "hasToken"), std::pair("has a secret URL", "urlWithSecret"),
          std::pair("wants signatures", "hasSignatureSecret"), std::pair("signature", "signature"),
          std::pair("time zone", "timeZone"), std::pair("deliveries a minute", "quotaPerMinute"),
          std::pair("stale after hours", "staleAfterHours"),
          std::pair("recovered after min.", "recoveredAfterSilenceMinutes"),
          std::pair("silent after hours", "silentAfterHours"), std::pair("settings", "settings")})
        printFact(out, label, source, member);
    if (source.has("reader"))
        out << "  has a reader of its own: see --json\n";
}

/// Runs a request whose answer is printed as JSON, or by `print`.
int printed(const config::HostConfig &config, const http::ApiRequest &request, bool json, const Streams &streams,
            const std::function<void(const Object &)> &print)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        const Object::Ptr answer = askFor(host, request, streams.log);
        if (json)
            printDocument(answer, streams.out);
        else
            print(*answer);
        return exitOk;
    });
}

void printRow(std::ostream &out, const std::string &first, int width, const std::string &second, int next,
              const std::string &rest)
{
    out << std::left << std::setw(width) << json::printableLine(first) << ' ' << std::setw(next)
        << json::printableLine(second) << ' ' << json::printableLine(rest) << '\n';
}

void printPreset(const Object &preset, std::ostream &out)
{
    out << json::printableLine(preset.getValue<std::string>("title")) << '\n'
        << json::printable(preset.getValue<std::string>("description")) << "\n\n"
        << "If a delivery cannot be taken: " << json::printable(preset.getValue<std::string>("retries")) << '\n';
    const Array::Ptr settings = preset.getArray("settings");
    for (unsigned i = 0; i < settings->size(); ++i)
    {
        const Object::Ptr each = settings->getObject(i);
        out << "\n--set " << each->getValue<std::string>("name") << "=...  "
            << json::printableLine(each->getValue<std::string>("label")) << ", by default "
            << json::printableLine(json::jsonText(each->get("default"))) << '\n'
            << "  " << json::printableLine(each->getValue<std::string>("help")) << '\n';
    }
    const Array::Ptr instructions = preset.getArray("instructions");
    for (unsigned i = 0; i < instructions->size(); ++i)
    {
        const Object::Ptr each = instructions->getObject(i);
        out << '\n'
            << json::printableLine(each->getValue<std::string>("title")) << ":\n\n"
            << json::printable(each->getValue<std::string>("text")) << '\n';
    }
}

std::string decisionText(const Object &event)
{
    std::string text = "event " + std::to_string(event.getValue<std::int64_t>("id")) + ": " +
                       event.getValue<std::string>("kind") + ", " + event.getValue<std::string>("decision");
    if (event.has("ticket"))
        text += ", ticket " + std::to_string(event.getValue<std::int64_t>("ticket"));
    return text;
}

void printEvents(const Object &answer, std::ostream &out)
{
    const Array::Ptr events = answer.getArray("events");
    for (unsigned i = 0; i < events->size(); ++i)
        out << json::printableLine(decisionText(*events->getObject(i))) << '\n';
}

/// "Name: value" of --header.
std::pair<std::string, std::string> headerFrom(const std::string &text)
{
    const std::size_t colon = text.find(':');
    if (colon == 0 || colon == std::string::npos)
        throw BadRequest("--header takes \"Name: value\", not \"" + text + "\".");
    return {Poco::trim(text.substr(0, colon)), Poco::trim(text.substr(colon + 1))};
}

/// What is tried: a stored source, or one that the options describe.
void addTriedSource(ApiClient &host, const SourceTrial &trial, Object &request, const Streams &streams)
{
    if (!trial.source.empty() && (!trial.preset.empty() || !trial.reader.empty() || !trial.settings.empty()))
        throw BadRequest("--source names a source with its settings: use it without --preset, --reader and --set.");
    if (!trial.source.empty())
        return static_cast<void>(request.set("source", trial.source));
    request.set("preset", trial.preset.empty() ? std::string("json") : trial.preset);
    addReader(trial.reader, request, streams);
    addSettings(host, trial.settings, request, streams.log);
    if (!trial.zone.empty())
        request.set("timeZone", trial.zone);
}

void addTriedRequest(const SourceTrial &trial, Object &request, const Streams &streams)
{
    if (!trial.body.empty())
        request.set("bodyBase64", json::toBase64(fileOf("--body", trial.body, events::maxDelivery, streams)));
    Object::Ptr headers = new Object;
    for (const std::string &each : trial.headers)
    {
        const auto [name, value] = headerFrom(each);
        headers->set(name, value);
    }
    request.set("headers", headers);
    Object::Ptr query = new Object;
    for (const std::string &each : trial.query)
    {
        const auto [name, value] = pairFrom("--query", each);
        query->set(name, value);
    }
    request.set("query", query);
    if (!trial.method.empty())
        request.set("method", trial.method);
}

void printList(std::ostream &out, const char *title, const Array::Ptr &items)
{
    if (items.isNull() || items->size() == 0)
        return;
    out << '\n' << title << ":\n";
    for (const auto &item : *items)
        printDocument(item, out);
}

void printTrial(const Object &answer, std::ostream &out)
{
    out << "What the reader gets:\n";
    printDocument(answer.get("tree"), out);
    const Array::Ptr unset = answer.getArray("unset");
    if (unset->size() > 0)
        out << "\nNot set:\n";
    for (const auto &pointer : *unset)
        out << "  " << json::printableLine(pointer.toString()) << '\n';
    printList(out, "Events", answer.getArray("events"));
    for (const auto &note : *answer.getArray("notes"))
        out << "note: " << json::printableLine(note.toString()) << '\n';
    printList(out, "What would be decided", answer.getArray("decisions"));
    for (const auto &[member, text] :
         {std::pair("refused", "\nThe reader refuses it: "), std::pair("failed", "\nIt is not understood: ")})
        if (!answer.isNull(member))
            out << text << json::printable(answer.getValue<std::string>(member)) << '\n';
}

/// Like askFor(), for an answer whose depth depends on what is tried.
Object::Ptr askForTrial(ApiClient &host, const Object::Ptr &request, const Streams &streams)
{
    const http::ApiResponse answer = host.ask(apiRequest("POST", "/v1/sources/test", request));
    if (answer.status == 200)
        return json::parseStrict(answer.body, trialAnswer).extract<Object::Ptr>();
    return askFor(host, apiRequest("POST", "/v1/sources/test", request), streams.log); // reports the error
}

int changeCredential(const config::HostConfig &config, const std::string &name, const char *what, bool revoke,
                     bool json, const Streams &streams, const std::function<void(const Object &)> &print)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        const Object::Ptr made =
            askFor(host, apiRequest(revoke ? "DELETE" : "POST", sourcePath(name, what)), streams.log);
        if (revoke)
            streams.out << "It is revoked.\n";
        else if (json)
            printDocument(made, streams.out);
        else
            print(*made);
        return exitOk;
    });
}

} // namespace

int listPresets(const config::HostConfig &config, const std::string &name, bool json, const Streams &streams)
{
    if (!name.empty())
        return printed(config, apiRequest("GET", apiPath("/v1/presets/", name)), json, streams,
                       [&](const Object &preset) { printPreset(preset, streams.out); });
    return printed(config, apiRequest("GET", "/v1/presets"), json, streams, [&](const Object &answer) {
        const Array::Ptr all = answer.getArray("presets");
        for (unsigned i = 0; i < all->size(); ++i)
            printRow(streams.out, all->getObject(i)->getValue<std::string>("name"), 16,
                     all->getObject(i)->getValue<std::string>("title"), 24,
                     all->getObject(i)->getValue<std::string>("description"));
    });
}

int listSources(const config::HostConfig &config, bool json, const Streams &streams)
{
    return printed(config, apiRequest("GET", "/v1/sources"), json, streams, [&](const Object &answer) {
        const Array::Ptr all = answer.getArray("sources");
        for (unsigned i = 0; i < all->size(); ++i)
            printRow(streams.out, all->getObject(i)->getValue<std::string>("name"), 24,
                     all->getObject(i)->getValue<std::string>("preset"), 16, stateOf(*all->getObject(i)));
        if (all->size() == 0)
            streams.out << "There are no sources yet. Add one with: psa-host source add NAME --preset PRESET\n";
    });
}

int showSource(const config::HostConfig &config, const std::string &name, bool json, const Streams &streams)
{
    return printed(config, apiRequest("GET", sourcePath(name)), json, streams,
                   [&](const Object &source) { printSource(source, streams.out); });
}

int addSource(const config::HostConfig &config, const SourceEdit &edit, bool json, const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        Object::Ptr document = new Object;
        edited(host, edit, *document, streams);
        const Object::Ptr added = askFor(host, apiRequest("POST", "/v1/sources", document), streams.log);
        if (json)
            printDocument(added, streams.out);
        else
            streams.out << "The source " << edit.name << " is stored. Its sender delivers to\n\n  "
                        << added->getValue<std::string>("url") << "\n\nwith this token, which is shown only once:\n\n  "
                        << added->getValue<std::string>("token")
                        << "\n\nWhat to set up in the sender: psa-host source presets "
                        << added->getObject("source")->getValue<std::string>("preset") << '\n';
        return exitOk;
    });
}

int setSource(const config::HostConfig &config, const SourceEdit &edit, bool json, const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        Object::Ptr document = askFor(host, apiRequest("GET", sourcePath(edit.name)), streams.log);
        edited(host, edit, *document, streams);
        const Object::Ptr changed = askFor(host, apiRequest("PUT", sourcePath(edit.name), document), streams.log);
        if (json)
            printDocument(changed, streams.out);
        else
            streams.out << "The source " << edit.name << " is stored.\n";
        return exitOk;
    });
}

int removeSource(const config::HostConfig &config, const std::string &name, const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        askFor(host, apiRequest("DELETE", sourcePath(name)), streams.log);
        streams.out << "The source " << name << " was removed, and its credentials were wiped.\n";
        return exitOk;
    });
}

int changeSourceToken(const config::HostConfig &config, const std::string &name, bool revoke, bool json,
                      const Streams &streams)
{
    return changeCredential(config, name, "/token", revoke, json, streams, [&](const Object &made) {
        streams.out << "The new token, which is shown only once; the one before is revoked:\n\n  "
                    << made.getValue<std::string>("token") << '\n';
    });
}

int changeSourceUrl(const config::HostConfig &config, const std::string &name, bool revoke, bool json,
                    const Streams &streams)
{
    return changeCredential(config, name, "/secret-url", revoke, json, streams, [&](const Object &made) {
        streams.out
            << "The new URL, which is shown only once; the one before is revoked. Whoever knows it can deliver:\n\n  "
            << made.getValue<std::string>("url") << '\n';
    });
}

int testSource(const config::HostConfig &config, const SourceTrial &trial, bool json, const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        Object::Ptr request = new Object;
        addTriedSource(host, trial, *request, streams);
        addTriedRequest(trial, *request, streams);
        const Object::Ptr answer = askForTrial(host, request, streams);
        if (json)
            printDocument(answer, streams.out);
        else
            printTrial(*answer, streams.out);
        return answer->isNull("refused") && answer->isNull("failed") ? exitOk : exitRefused;
    });
}

int listDeliveries(const config::HostConfig &config, const DeliveryListOptions &wanted, bool json,
                   const Streams &streams)
{
    http::ApiRequest request = apiRequest("GET", sourcePath(wanted.source, "/deliveries"));
    request.query.emplace("limit", std::to_string(wanted.limit));
    if (!wanted.state.empty())
        request.query.emplace("state", wanted.state);
    return printed(config, request, json, streams, [&](const Object &answer) {
        const Array::Ptr all = answer.getArray("deliveries");
        for (unsigned i = 0; i < all->size(); ++i)
        {
            const Object::Ptr each = all->getObject(i);
            printRow(streams.out, std::to_string(each->getValue<std::int64_t>("id")), 10,
                     each->getValue<std::string>("received"), 26,
                     each->getValue<std::string>("state") +
                         (each->isNull("reason") ? "" : ": " + each->getValue<std::string>("reason")));
        }
    });
}

int showDelivery(const config::HostConfig &config, const std::string &id, bool body, bool json, const Streams &streams)
{
    http::ApiRequest request = apiRequest("GET", apiPath("/v1/deliveries/", id));
    if (body)
        request.query.emplace("body", "true");
    return printed(config, request, json, streams, [&](const Object &delivery) {
        streams.out << "Delivery " << id << " to " << json::printableLine(delivery.getValue<std::string>("source"))
                    << '\n';
        for (const auto &[label, member] :
             {std::pair("received", "received"), std::pair("state", "state"), std::pair("reason", "reason"),
              std::pair("bytes", "bytes"), std::pair("request", "request")})
            printFact(streams.out, label, delivery, member);
        printEvents(delivery, streams.out);
        if (delivery.has("body"))
            streams.out << '\n' << json::printable(delivery.getValue<std::string>("body")) << '\n';
        else if (delivery.has("bodyBase64"))
            streams.out << "\nIn base64, because it is not text:\n"
                        << delivery.getValue<std::string>("bodyBase64") << '\n';
    });
}

int readDeliveryAgain(const config::HostConfig &config, const std::string &id, bool json, const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        const Object::Ptr answer =
            askFor(host, apiRequest("POST", apiPath("/v1/deliveries/", id, "/run")), streams.log);
        const auto state = answer->getValue<std::string>("state");
        if (json)
            printDocument(answer, streams.out);
        else
        {
            streams.out << "The delivery " << id << ": " << state << '\n';
            printFact(streams.out, "reason", *answer, "reason");
            printEvents(*answer, streams.out);
        }
        return state == "done" ? exitOk : exitRefused;
    });
}

int resumeSource(const config::HostConfig &config, const std::string &name, const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        askFor(host, apiRequest("POST", sourcePath(name, "/resume")), streams.log);
        streams.out << "The source " << name << " is resumed; what it kept is read again"
                    << (host.isRunning() ? ".\n" : " when psa-host runs.\n");
        return exitOk;
    });
}

} // namespace psa::cli
