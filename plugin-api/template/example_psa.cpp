// SPDX-License-Identifier: Apache-2.0
//
// The plugin of Example PSA, which does not exist. Copy the folder and make it yours: README.md says what to change.
#include <psa/answer.hpp>
#include <psa/plugin.hpp>
#include <psa/results.hpp>

#include <Poco/Exception.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

#include <sstream>

namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

const std::string psaName = "Example PSA";
constexpr std::size_t subjectLength = 80; // As the API's documentation has it.
constexpr std::size_t textLength = 20000;
constexpr std::size_t noteLength = 5000;

constexpr const char *descriptor = R"({
"descriptorVersion": 1, "id": ")" PSA_PLUGIN_ID R"(", "version": ")" PSA_PLUGIN_VERSION R"(",
"name": "Example PSA", "vendor": "Your Company", "guideUrl": "https://docs.example-psa.test/api-keys",
"extensions": ["psa.find-ticket/1", "psa.update-ticket/1"],
"configuration": {"type": "object", "required": ["account", "apiKey"], "properties": {
  "account": {"type": "string", "title": "Account", "order": 1, "maxLength": 40, "pattern": "^[a-z0-9-]+$",
    "patternHint": "lower-case letters, digits and hyphens", "placeholder": "northwind",
    "description": "The first part of the address of your Example PSA: northwind of northwind.example-psa.test."},
  "apiKey": {"type": "string", "title": "API Key", "order": 2, "maxLength": 200, "secret": true,
    "description": "In Example PSA under Admin → API Keys. It is shown only once."}}},
"ticketDefaults": {"type": "object", "properties": {
  "company": {"type": "string", "title": "Customer", "order": 1, "maxLength": 100,
    "blankMeans": "a ticket without a customer is rejected", "description": "For tickets without a company."},
  "queue": {"type": "string", "title": "Team", "order": 2, "maxLength": 100,
    "blankMeans": "Example PSA chooses", "description": "The team that gets new tickets."}}},
"allowedHosts": ["*.example-psa.test"],
"limits": {"instances": 2, "requests": [{"max": 600, "windowSeconds": 60, "per": ["account"]}]},
"reference": {"field": "externalRef", "maxLength": 64, "findIsConsistent": true, "quietSeconds": 60},
"commonErrors": [{"status": "auth", "httpStatus": 401, "title": "401 Unauthorized",
  "explanation": "The API key was mistyped or revoked.", "hint": "Create a new one under Admin → API Keys."}]
})";

/// The JSON object in `text`; null if it is anything else: a page of a proxy, half an answer, nothing.
Object::Ptr parse(std::string_view text)
{
    try
    {
        Poco::JSON::Parser parser;
        parser.setDepth(32);
        const Poco::Dynamic::Var parsed = parser.parse(std::string(text));
        return parsed.type() == typeid(Object::Ptr) ? parsed.extract<Object::Ptr>() : Object::Ptr();
    }
    catch (const Poco::Exception &)
    {
        return {};
    }
}

/// An object of texts as JSON.
std::string jsonOf(const Object &object)
{
    std::ostringstream json;
    object.stringify(json);
    return json.str();
}

/// A text as it is, an integer in digits, anything else as "".
std::string textOf(const Object &object, const std::string &name)
{
    const Poco::Dynamic::Var value = object.get(name);
    return value.isString() || (value.isInteger() && !value.isBoolean()) ? value.convert<std::string>() : "";
}

class ExamplePsa : public psa::Plugin, public psa::FindTicket, public psa::TicketUpdates, public psa::NoteRemoval
{
public:
    explicit ExamplePsa(psa::Host host) : host_(host) {}

    static std::string describe(psa::Call &) { return descriptor; }

    static std::string describeUpdates(psa::Call &)
    {
        psa::UpdateDescription about;
        about.noteMaxLength = noteLength;
        about.quietSeconds = 5; // A new note is in the list after that at the latest.
        about.resolvedStatuses = {"Solved", "Closed"};
        about.reopenedStatuses = {"Open"};
        about.changes = {"status", "queue"};
        about.removesNotes = true;
        return psa::updateDescription(about);
    }

    void configure(psa::Call &call, std::string_view json) override
    {
        const Object::Ptr document = parse(json);
        const Object::Ptr values = document ? document->getObject("values") : Object::Ptr();
        const std::string account = values ? textOf(*values, "account") : "";
        const std::string apiKey = values ? textOf(*values, "apiKey") : "";
        if (account.empty() || apiKey.empty())
            throw psa::Error(PSA_INVALID_CONFIG,
                             account.empty() ? "The Account is missing." : "The API Key is missing.")
                .field(account.empty() ? "account" : "apiKey")
                .hint("Fill it in under Configure.");
        for (const std::string &name : values->getNames())
            if (name != "account" && name != "apiKey")
                call.warning("The configuration has an unknown field: " + psa::oneLine(name));
        url_ = "https://" + account + ".example-psa.test"; // Nothing fails after this: all or nothing.
        apiKey_ = apiKey;
    }

    std::string test(psa::Call &call) override
    {
        const Object::Ptr me = exchange(call, {"GET", url_ + "/v1/me"}, "user");
        return psa::testResult("Connected to " + psaName, {{"Signed in as", textOf(*me, "user")}});
    }

    std::string createTicket(psa::Call &call, std::string_view reference, std::string_view ticketJson) override
    {
        std::vector<psa::Warning> warnings;
        psa::HttpRequest request{"POST", url_ + "/v1/tickets"};
        request.body = bodyOf(parse(ticketJson), reference, warnings);
        request.mutates = true; // The one changing request: never sent twice, withheld in a dry run.
        const Object::Ptr made = psa::sendWith(call, warnings, [&] { return exchange(call, request, "id"); });
        return psa::ticketResult(ticketOf(*made), warnings);
    }

    std::string findTicket(psa::Call &call, std::string_view reference) override
    {
        const psa::HttpRequest request{"GET", url_ + "/v1/tickets?externalRef=" + psa::percentEncode(reference)};
        const Array::Ptr rows = exchange(call, request, "tickets")->getArray("tickets");
        std::vector<psa::Ticket> found;
        for (unsigned i = 0; i < rows->size(); ++i)
        {
            const Object::Ptr row = rows->getObject(i);
            // If such a row counted as "none", the host would create the ticket a second time.
            if (!row || textOf(*row, "id").empty() || textOf(*row, "externalRef").empty())
                throw psa::Error(PSA_UNAVAILABLE,
                                 "The response of " + psaName + " does not say whether the ticket exists.")
                    .hint("Nothing was changed. It is looked up again later.");
            if (textOf(*row, "externalRef") == reference) // A search often matches more than expected.
                found.push_back(ticketOf(*row));
        }
        return psa::foundTickets(found);
    }

    std::string addNote(psa::Call &call, std::string_view ticketId, std::string_view reference,
                        std::string_view noteJson) override
    {
        const Object::Ptr note = parse(noteJson);
        if (!note || textOf(*note, "text").empty())
            throw psa::Error(PSA_INVALID_TICKET, "The note has no text.").field("text").hint("Write one.");
        std::vector<psa::Warning> warnings;
        Object body;
        body.set("text", psa::fitNote(psaName, textOf(*note, "text"), noteLength, warnings));
        body.set("public", textOf(*note, "visibility") == "public");
        body.set("externalRef", std::string(reference));
        psa::HttpRequest request{"POST", ticketUrl(ticketId) + "/notes"};
        request.body = jsonOf(body);
        request.mutates = true;
        const Object::Ptr made = psa::sendWith(call, warnings, [&] { return exchange(call, request, "id"); });
        return psa::noteResult(textOf(*made, "id"), warnings);
    }

    std::string findNote(psa::Call &call, std::string_view ticketId, std::string_view reference) override
    {
        const Array::Ptr rows = exchange(call, {"GET", ticketUrl(ticketId) + "/notes"}, "notes")->getArray("notes");
        std::vector<std::string> found;
        for (unsigned i = 0; i < rows->size(); ++i)
            if (const Object::Ptr row = rows->getObject(i); row && textOf(*row, "externalRef") == reference)
                found.push_back(textOf(*row, "id"));
        return psa::foundNotes(found);
    }

    std::string change(psa::Call &call, std::string_view ticketId, std::string_view changeJson) override
    {
        const Object::Ptr wanted = parse(changeJson);
        const Object::Ptr now = exchange(call, {"GET", ticketUrl(ticketId)}, "status"); // Each time: people change it.
        Object body;
        std::vector<std::string> changed;
        for (const auto &[member, field] : {std::pair("status", "status"), std::pair("queue", "team")})
            if (const std::string value = wanted ? textOf(*wanted, member) : "";
                !value.empty() && value != textOf(*now, field))
            {
                body.set(field, value);
                changed.emplace_back(member);
            }
        if (changed.empty())
            return psa::changeResult({}, statusOf(*now));
        psa::HttpRequest request{"PATCH", ticketUrl(ticketId)};
        request.body = jsonOf(body);
        request.mutates = true;
        return psa::changeResult(changed, statusOf(*exchange(call, request, "status")));
    }

    std::string activity(psa::Call &call, std::string_view ticketId, std::string_view watermark) override
    try
    {
        const Object::Ptr history = exchange(call, {"GET", ticketUrl(ticketId) + "/history"}, "lastEvent");
        psa::Activity activity;
        activity.status = statusOf(*history);
        activity.closed = textOf(*history, "closed") == "yes";
        activity.watermark = textOf(*history, "lastEvent");
        addTouches(*history, watermark, activity);
        return psa::activityResult(activity);
    }
    catch (const psa::Error &error)
    {
        if (error.status() != PSA_NOT_FOUND)
            throw;
        psa::Activity deleted;
        deleted.deleted = true;
        deleted.watermark = "0";
        return psa::activityResult(deleted);
    }

    void removeNote(psa::Call &call, std::string_view ticketId, std::string_view noteId) override
    try
    {
        psa::HttpRequest request{"DELETE", ticketUrl(ticketId) + "/notes/" + psa::percentEncode(noteId)};
        request.mutates = true;
        exchange(call, request, "id");
    }
    catch (const psa::Error &error)
    {
        if (error.status() != PSA_NOT_FOUND) // Gone already: that is what was asked for.
            throw;
    }

private:
    std::string ticketUrl(std::string_view id) const { return url_ + "/v1/tickets/" + psa::percentEncode(id); }

    static psa::TicketStatus statusOf(const Object &ticket)
    {
        const std::string status = textOf(ticket, "status"); // Example PSA has no ids of statuses.
        return {status, status};
    }

    /// What people did after the event `watermark`. The API key's own events have no person.
    static void addTouches(const Object &history, std::string_view watermark, psa::Activity &activity)
    {
        const Array::Ptr events = history.getArray("events");
        const bool isNumber =
            watermark.find_first_not_of("0123456789") == std::string_view::npos && watermark.size() < 10;
        if (!events || !isNumber) // A watermark of an older build with another format.
            return;
        const int seen = watermark.empty() ? 0 : std::stoi(std::string(watermark));
        for (unsigned i = 0; i < events->size(); ++i)
            if (const Object::Ptr event = events->getObject(i); event && event->optValue("number", 0) > seen)
                if (const std::string person = textOf(*event, "person"); !person.empty())
                    activity.by.push_back({person + " " + textOf(*event, "action"), textOf(*event, "at")});
        activity.touched = activity.by.empty() ? psa::Touched::no : psa::Touched::yes;
    }

    /// Sends `request` and returns the response, which contains `key`: a string, an integer or a list. Throws an error
    /// for any other response, for a 404 PSA_NOT_FOUND.
    Object::Ptr exchange(psa::Call &call, psa::HttpRequest request, const std::string &key) const
    {
        if (apiKey_.empty())
            throw psa::Error(PSA_INVALID_CONFIG, "There is no configuration yet.").hint("Fill in Account and API Key.");
        request.headers = {{"Authorization", "Bearer " + apiKey_, true}, {"Content-Type", "application/json"}};
        call.throwIfStopped();
        const psa::HttpResponse response = psa::send(host_, call, request);
        const Object::Ptr answer = parse(response.body);
        if (!response.succeeded())
            throw failure(request, response, answer ? answer->getObject("error") : Object::Ptr());
        if (!answer || (textOf(*answer, key).empty() && !answer->getArray(key)))
            throw psa::unusableAnswer(request, response, psaName, "the answer has no \"" + key + "\"");
        return answer;
    }

    /// The error document of Example PSA: {"error": {"code": "unknown_customer", "message": "..."}}.
    static psa::Error failure(const psa::HttpRequest &request, const psa::HttpResponse &response,
                              const Object::Ptr &said)
    {
        psa::Error error = psa::failureOf(request, response, psaName, said ? textOf(*said, "message") : "");
        error.vendorCode(said ? textOf(*said, "code") : "");
        if (error.status() == PSA_AUTH)
            error.field("apiKey").hint(
                "Create a new key in Example PSA under Admin → API Keys, enter it under Configure and click Test.");
        return error;
    }

    /// The body of POST /v1/tickets.
    static std::string bodyOf(const Object::Ptr &ticket, std::string_view reference,
                              std::vector<psa::Warning> &warnings)
    {
        if (!ticket || textOf(*ticket, "company").empty())
            throw psa::Error(PSA_INVALID_TICKET, "The ticket has no customer.")
                .field("company")
                .hint("Name the company in the ticket, or set Customer in the ticket defaults.");
        const psa::TicketTexts texts = psa::fitTexts(psaName, textOf(*ticket, "title"), subjectLength,
                                                     textOf(*ticket, "description"), textLength, warnings);
        Object body;
        body.set("subject", texts.title);
        body.set("text", texts.description);
        body.set("customer", textOf(*ticket, "company"));
        body.set("team", textOf(*ticket, "queue")); // Empty: Example PSA chooses.
        body.set("externalRef", std::string(reference));
        return jsonOf(body);
    }

    psa::Ticket ticketOf(const Object &row) const
    {
        const std::string id = textOf(row, "id");
        return {id, textOf(row, "number"), url_ + "/tickets/" + psa::percentEncode(id), textOf(row, "status")};
    }

    psa::Host host_;
    std::string url_;
    std::string apiKey_;
};

} // namespace

PSA_PLUGIN(ExamplePsa)
