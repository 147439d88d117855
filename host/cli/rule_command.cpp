#include "host/cli/api_client.h"
#include "host/cli/definition_command.h"
#include "host/cli/document_file.h"
#include "host/cli/outcome_printer.h"
#include "host/json/json_text.h"
#include "host/json/utf8.h"

#include <Poco/JSON/Array.h>

#include <algorithm>
#include <charconv>
#include <iomanip>
#include <ostream>

namespace psa::cli {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

constexpr int lookedBack = 7; ///< Days that turning a rule on looks back.

std::string listOfTexts(const Array::Ptr &texts)
{
    std::string text;
    for (unsigned i = 0; !texts.isNull() && i < texts->size(); ++i)
        text += (text.empty() ? "" : ", ") + json::printableLine(texts->getElement<std::string>(i));
    return text;
}

/// The ticket that a rule would create.
void printDraft(const Object &entry, std::ostream &out)
{
    const Object::Ptr ticket = entry.getObject("ticket");
    if (ticket.isNull())
        return;
    for (const auto &[name, value] : *ticket)
        out << "      " << std::left << std::setw(14) << json::printableLine(name) << ' '
            << json::printableLine(value.isString() ? value.toString() : json::jsonText(value)) << '\n';
    if (entry.optValue("needsReview", false))
        out << "      The ticket would need review: its customer is in no table.\n";
    if (const std::string unset = listOfTexts(entry.getArray("unset")); !unset.empty())
        out << "      Not set in the event: " << unset << '\n';
}

void printVerdict(const Object &verdict, std::ostream &out)
{
    const bool matches = verdict.getValue<bool>("matches");
    out << lineIn(verdict, "rule") << " (" << lineIn(verdict, "mode") << "): "
        << (verdict.getValue<bool>("takes") ? "takes it"
            : matches                       ? "matches"
                                            : "does not match")
        << ": " << lineIn(verdict, "why") << '\n';
    printDraft(verdict, out);
}

/// "Of 120 events …": one line.
std::string previewLine(const Object &preview, int days)
{
    const auto count = [&](const char *name) { return preview.get(name).convert<std::string>(); };
    return "Of the " + count("events") + " events of the last " + std::to_string(days) + " days, it matches " +
           count("matched") + " problems, and would have created " + count("tickets") + " tickets" +
           (preview.getValue<std::int64_t>("takenEarlier") > 0
                ? "; rules before it take " + count("takenEarlier") + " of these problems"
                : "") +
           ".";
}

Object::Ptr askForPreview(ApiClient &host, const Poco::Dynamic::Var &rule, int days, std::ostream &log)
{
    Object::Ptr body = new Object;
    body->set("rule", rule);
    body->set("days", days);
    return askFor(host, apiRequest("POST", "/v1/rules-preview", body), log);
}

/// The event in a file, or the id of a stored one.
Poco::Dynamic::Var eventFrom(const std::string &given, const Streams &streams)
{
    std::int64_t id = 0;
    const auto [end, error] = std::from_chars(given.data(), given.data() + given.size(), id);
    if (error == std::errc() && end == given.data() + given.size())
        return id;
    return DocumentFile(given, streams.in).document();
}

Poco::Dynamic::Var ruleFrom(const RuleTrial &trial, const Streams &streams)
{
    if (!trial.file.empty())
        return DocumentFile(trial.file, streams.in).document();
    return trial.name;
}

} // namespace

int listRuleVersions(const config::HostConfig &config, const std::string &name, bool json, const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        const Array::Ptr all = askFor(host, apiRequest("GET", apiPath("/v1/rules/", name, "/versions")), streams.log)
                                   ->getArray("versions");
        if (json)
            printDocument(all, streams.out);
        for (unsigned i = 0; !json && i < all->size(); ++i)
        {
            const Object::Ptr each = all->getObject(i);
            streams.out << std::right << std::setw(4) << each->getValue<std::int64_t>("version") << "  "
                        << lineIn(*each, "time") << "  " << lineIn(*each, "who") << '\n';
        }
        return exitOk;
    });
}

int orderRules(const config::HostConfig &config, const std::vector<std::string> &names, bool json,
               const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        Object::Ptr body = new Object;
        body->set("names", json::arrayOf(names));
        const Array::Ptr rules =
            askFor(host, apiRequest("PUT", "/v1/rules-order", body), streams.log)->getArray("rules");
        if (json)
            printDocument(rules, streams.out);
        for (unsigned i = 0; !json && i < rules->size(); ++i)
            streams.out << std::right << std::setw(3) << i + 1 << "  " << lineIn(*rules->getObject(i), "name") << '\n';
        return exitOk;
    });
}

int setRuleMode(const config::HostConfig &config, const std::string &name, const std::string &mode, bool json,
                const Streams &streams)
{
    if (mode == "on" && !json)
        withApiClient(config, false, streams, [&](ApiClient &host) {
            streams.out << previewLine(*askForPreview(host, name, lookedBack, streams.log), lookedBack) << '\n';
            return exitOk;
        });
    DefinitionEdit edit;
    edit.name = name;
    edit.mode = mode;
    return setDefinition(config, {"rule", "rules"}, edit, json, streams);
}

int testRules(const config::HostConfig &config, const RuleTrial &trial, bool json, const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        Object::Ptr body = new Object;
        if (!trial.name.empty() || !trial.file.empty())
            body->set("rule", ruleFrom(trial, streams));
        body->set("event", eventFrom(trial.event, streams));
        const Array::Ptr rules =
            askFor(host, apiRequest("POST", "/v1/rules-test", body), streams.log)->getArray("rules");
        if (json)
            printDocument(rules, streams.out);
        for (unsigned i = 0; !json && i < rules->size(); ++i)
            printVerdict(*rules->getObject(i), streams.out);
        if (!json && rules->size() == 0)
            streams.out << "There are no rules yet. Add one with: psa-host rule add NAME\n";
        return exitOk;
    });
}

int previewRule(const config::HostConfig &config, const RuleTrial &trial, bool json, const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        const Object::Ptr preview = askForPreview(host, ruleFrom(trial, streams), trial.days, streams.log);
        if (json)
        {
            printDocument(preview, streams.out);
            return exitOk;
        }
        streams.out << previewLine(*preview, trial.days) << '\n';
        const Array::Ptr examples = preview->getArray("examples");
        for (unsigned i = 0; i < examples->size(); ++i)
        {
            const Object::Ptr each = examples->getObject(i);
            const Object::Ptr event = each->getObject("event");
            streams.out << "  " << lineIn(*event, "received") << "  " << lineIn(*event, "source") << "  "
                        << lineIn(*event, "title") << '\n';
            printDraft(*each, streams.out);
        }
        const Array::Ptr problems = preview->getArray("problems");
        for (unsigned i = 0; i < problems->size(); ++i)
            streams.log << "Warning: " << json::printableLine(problems->getElement<std::string>(i)) << '\n';
        return exitOk;
    });
}

int listLibrary(const config::HostConfig &config, bool json, const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        const Array::Ptr all = askFor(host, apiRequest("GET", "/v1/rules-library"), streams.log)->getArray("rules");
        if (json)
            printDocument(all, streams.out);
        for (unsigned i = 0; !json && i < all->size(); ++i)
        {
            const Object::Ptr each = all->getObject(i);
            streams.out << std::left << std::setw(22) << lineIn(*each, "name") << ' ' << lineIn(*each, "title") << '\n'
                        << std::setw(23) << "" << lineIn(*each, "description") << '\n';
        }
        return exitOk;
    });
}

int addFromLibrary(const config::HostConfig &config, const std::string &entry, const DefinitionEdit &edit, bool json,
                   const Streams &streams)
{
    return withApiClient(config, false, streams, [&](ApiClient &host) {
        const Array::Ptr all = askFor(host, apiRequest("GET", "/v1/rules-library"), streams.log)->getArray("rules");
        for (unsigned i = 0; i < all->size(); ++i)
            if (const Object::Ptr each = all->getObject(i); lineIn(*each, "name") == entry)
                return addEdited(host, {"rule", "rules"}, each->getObject("rule"), edit, json, streams);
        throw BadRequest("The library has no rule \"" + entry + "\". List all with: psa-host rule library");
    });
}

} // namespace psa::cli
