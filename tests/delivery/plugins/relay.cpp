// A plugin whose PSA is a test: it relays the responses, and reports what the test wants. Built with RELAY_READS, it
// also reads tickets and lists companies.
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
        std::string items;
        for (std::size_t at = 0; at < response.body.size();)
        {
            const std::size_t end = std::min(response.body.find(' ', at), response.body.size());
            items += (items.empty() ? "" : ",") + (R"({"id":")" + response.body.substr(at, end - at) + R"("})");
            at = end + 1;
        }
        return R"({"version":1,"tickets":[)" + items + "]}";
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

private:
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
