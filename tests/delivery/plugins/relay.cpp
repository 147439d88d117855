// A plugin whose PSA is a test: it relays the responses, and reports what the test wants. Built with RELAY_READS, it
// also reads tickets and lists companies; with RELAY_UPDATES, it updates tickets.
#include <psa/http.hpp>
#include <psa/plugin.hpp>

#include <cstdlib>
#include <map>

namespace {

/// The text of the member `name` in a flat document of ours; empty if it is not there.
std::string member(std::string_view json, const std::string &name)
{
    const std::string label = "\"" + name + "\":\"";
    const auto begin = json.find(label);
    if (begin == std::string_view::npos)
        return {};
    const auto value = json.substr(begin + label.size());
    return std::string(value.substr(0, value.find('"')));
}

[[noreturn]] void report(psa_status status, const psa::HttpResponse &response)
{
    throw psa::Error(status, "The PSA of the test says " + std::to_string(response.status) + ".")
        .detail(response.detail)
        .httpStatus(response.status)
        .retryAfterMs(response.retryAfterMs);
}

/// What an honest plugin reports about an unsuccessful response.
[[noreturn]] void reportHonestly(const psa::HttpResponse &response, bool mutates)
{
    if (response.delivery == PSA_HTTP_NOT_SENT)
        report(response.reason == PSA_HTTP_REASON_BUDGET ? PSA_RATE_LIMITED : PSA_UNAVAILABLE, response);
    if (!response.answered())
        report(mutates ? PSA_OUTCOME_UNKNOWN : PSA_UNAVAILABLE, response);
    static const std::map<std::string_view, psa_status> words = {
        {"no right", PSA_PERMISSION}, {"too many", PSA_RATE_LIMITED}, {"no such queue", PSA_INVALID_TICKET}};
    if (const auto known = words.find(response.body); known != words.end())
        report(known->second, response);
    static const std::map<std::uint32_t, psa_status> meanings = {{400, PSA_INVALID_TICKET}, {401, PSA_AUTH},
                                                                 {403, PSA_PERMISSION},     {404, PSA_NOT_FOUND},
                                                                 {409, PSA_CONFLICT},       {429, PSA_RATE_LIMITED}};
    const auto meaning = meanings.find(response.status);
    if (meaning != meanings.end())
        report(meaning->second, response);
    report(mutates ? PSA_OUTCOME_UNKNOWN : PSA_UNAVAILABLE, response);
}

#ifdef RELAY_READS
#define RELAY_EXTENSIONS R"("psa.find-ticket/1","psa.ticket/1","psa.choices/1")"
#define RELAY_COMPANY                                                                                                  \
    R"("company":{"type":"string","title":"Company","description":"For tickets without one.","choices":"companies"},)"
#define RELAY_LIMITS R"({"instances":4,"requests":[{"max":1000,"windowSeconds":3600}]})"
class Relay : public psa::Plugin, public psa::FindTicket, public psa::TicketReader, public psa::Choices
#elif defined(RELAY_UPDATES)
#define RELAY_EXTENSIONS R"("psa.find-ticket/1","psa.update-ticket/1")"
#define RELAY_COMPANY ""
#define RELAY_LIMITS R"({"instances":4,"requests":[{"max":100000,"windowSeconds":3600}]})"
class Relay : public psa::Plugin, public psa::FindTicket, public psa::TicketUpdates, public psa::NoteRemoval
#else
#define RELAY_EXTENSIONS R"("psa.find-ticket/1")"
#define RELAY_COMPANY ""
#define RELAY_LIMITS R"({"instances":4})"
class Relay : public psa::Plugin, public psa::FindTicket
#endif
{
public:
    explicit Relay(psa::Host host) : host_(host) {}

    static std::string describe(psa::Call &)
    {
        return R"({"descriptorVersion":1,"id":")" PSA_PLUGIN_ID R"(","version":")" PSA_PLUGIN_VERSION R"(",
            "name":"Test PSA","vendor":"Example Ltd","allowedHosts":["psa.example.com"],
            "extensions":[)" RELAY_EXTENSIONS R"(],
            "reference":{"field":"ref","maxLength":40,"findIsConsistent":false,"quietSeconds":60},
            "limits":)" RELAY_LIMITS R"(,
            "configuration":{"type":"object","properties":{
                "report":{"type":"string","title":"Report","description":"honest, or a status for every ticket; silent- before it sends nothing; crash ends the process."},
                "key":{"type":"string","title":"Key","description":"A secret.","secret":true}},
                "required":["report"]},
            "ticketDefaults":{"type":"object","properties":{)" RELAY_COMPANY R"(
                "queue":{"type":"string","title":"Queue","description":"Where tickets go."},
                "status":{"type":"string","title":"Status","description":"One of the queue's own.","dependsOn":["queue"]}}}})";
    }

    void configure(psa::Call &, std::string_view json) override { report_ = member(json, "report"); }

    std::string test(psa::Call &call) override
    {
        const auto response = psa::send(host_, call, get("test"));
        if (response.status != 200)
            reportHonestly(response, false);
        return R"({"version":1,"summary":"Connected to Test PSA"})";
    }

    std::string createTicket(psa::Call &call, std::string_view reference, std::string_view) override
    {
        if (report_ == "crash")
            std::abort();
        constexpr std::string_view silent = "silent-";
        const bool sends = report_.compare(0, silent.size(), silent) != 0;
        const std::string wanted = sends ? report_ : report_.substr(silent.size());
        psa::HttpResponse response;
        if (sends)
        {
            psa::HttpRequest request = get("tickets");
            request.method = "POST";
            request.body = reference;
            request.mutates = true;
            response = psa::send(host_, call, request);
        }
        if (wanted == "honest" && (response.status != 201 || response.body.find(' ') != std::string::npos))
            reportHonestly(response, true);
        if (wanted != "honest" && wanted != "ok")
            report(static_cast<psa_status>(std::stoul(wanted)), response);
        return R"({"version":1,"ticket":{"id":")" + (response.body.empty() ? "made-up" : response.body) + R"("}})";
    }

    std::string findTicket(psa::Call &call, std::string_view reference) override
    {
        const auto response = psa::send(host_, call, get("find/" + std::string(reference)));
        if (response.status != 200)
            reportHonestly(response, false);
        return R"({"version":1,"tickets":[)" + idsIn(response.body) + "]}";
    }

#ifdef RELAY_READS
    /// The response is the ticket's number.
    std::string readTicket(psa::Call &call, std::string_view ticketId) override
    {
        const auto response = psa::send(host_, call, get("ticket/" + std::string(ticketId)));
        if (response.status != 200)
            reportHonestly(response, false);
        return R"({"version":1,"ticket":{"id":")" + std::string(ticketId) + R"(","number":")" + response.body +
               R"("}})";
    }

    /// The response is the page itself.
    std::string listChoices(psa::Call &call, const psa::ChoicesQuery &query) override
    {
        const auto response = psa::send(host_, call, get("companies/" + std::string(query.cursor)));
        if (response.status != 200)
            reportHonestly(response, false);
        return response.body;
    }
#endif

#ifdef RELAY_UPDATES
    static std::string describeUpdates(psa::Call &)
    {
        return R"({"version":1,"noteMaxLength":2000,"quietSeconds":30,"resolvedStatuses":["Closed"],
            "reopenedStatuses":["Open"],"changes":["status"],"afterCreate":[],"removesNotes":true})";
    }

    std::string addNote(psa::Call &call, std::string_view ticketId, std::string_view reference,
                        std::string_view note) override
    {
        const auto response =
            change(call, "POST", "notes/" + std::string(ticketId),
                   std::string(reference) + "\n" + member(note, "visibility") + "\n" + member(note, "text"));
        return R"({"version":1,"note":{"id":")" + response.body + R"("}})";
    }

    std::string findNote(psa::Call &call, std::string_view ticketId, std::string_view reference) override
    {
        const auto response =
            psa::send(host_, call, get("notes/" + std::string(ticketId) + "/" + std::string(reference)));
        if (response.status != 200)
            reportHonestly(response, false);
        return R"({"version":1,"notes":[)" + idsIn(response.body) + "]}";
    }

    std::string change(psa::Call &call, std::string_view ticketId, std::string_view changeJson) override
    {
        const std::string path = "status/" + std::string(ticketId);
        const auto read = psa::send(host_, call, get(path));
        if (read.status != 200)
            reportHonestly(read, false);
        const std::string wanted = member(changeJson, "status");
        if (wanted == "Nonsense")
            throw psa::Error(PSA_NOT_FOUND, "The PSA has no status \"Nonsense\".").field("status");
        if (read.body == wanted)
            return R"({"version":1,"changed":[]})";
        change(call, "PATCH", path, wanted);
        return R"({"version":1,"changed":["status"],"status":{"id":")" + wanted + R"(","label":")" + wanted + R"("}})";
    }

    /// The watermark is the number of human acts.
    std::string activity(psa::Call &call, std::string_view ticketId, std::string_view watermark) override
    {
        const auto response = psa::send(host_, call, get("activity/" + std::string(ticketId)));
        if (response.status != 200)
            reportHonestly(response, false);
        const auto space = response.body.rfind(' ');
        const std::string status = response.body.substr(0, space);
        const std::string acts = response.body.substr(space + 1);
        const bool touched = acts != (watermark.empty() ? "0" : watermark);
        return R"({"version":1,"touched":")" + std::string(touched ? "yes" : "no") +
               R"(","by":[{"what":"A human set the status )" + status + R"("}],"status":{"id":")" + status +
               R"(","label":")" + status + R"("},"closed":)" + (status == "Closed" ? "true" : "false") +
               (status == "Deleted" ? R"(,"deleted":true)" : "") + R"(,"watermark":")" + acts + R"("})";
    }

    void removeNote(psa::Call &call, std::string_view ticketId, std::string_view noteId) override
    {
        change(call, "DELETE", "notes/" + std::string(ticketId) + "/" + std::string(noteId), "");
    }
#endif

private:
#ifdef RELAY_UPDATES
    psa::HttpResponse change(psa::Call &call, const char *method, const std::string &path, const std::string &body)
    {
        psa::HttpRequest request = get(path);
        request.method = method;
        request.body = body;
        request.mutates = true;
        psa::HttpResponse response = psa::send(host_, call, request);
        if (response.status != 200)
            reportHonestly(response, true);
        return response;
    }
#endif

    static std::string idsIn(std::string_view body)
    {
        std::string items;
        for (std::size_t at = 0; at < body.size();)
        {
            const std::size_t end = std::min(body.find(' ', at), body.size());
            items += (items.empty() ? "" : ",") + (R"({"id":")" + std::string(body.substr(at, end - at)) + R"("})");
            at = end + 1;
        }
        return items;
    }

    static psa::HttpRequest get(const std::string &path)
    {
        psa::HttpRequest request;
        request.url = "https://psa.example.com/" + path;
        return request;
    }

    psa::Host host_;
    std::string report_;
};

} // namespace

PSA_PLUGIN(Relay)
