// Two builds of one plugin for a fictitious PSA. The second does everything slightly differently, so that each kind of
// difference occurs once: SWAP_BUILD is 1 or 2.
#include <psa/clock.hpp>
#include <psa/http.hpp>
#include <psa/plugin.hpp>

#include <string>

namespace {

constexpr bool second = SWAP_BUILD == 2;
const std::string base = "https://swap.example.com";

class Swap : public psa::Plugin, public psa::FindTicket, public psa::TicketReader
{
public:
    explicit Swap(psa::Host host) : host_(host) {}

    static std::string describe(psa::Call &)
    {
        const std::string site = R"("site":{"type":"string","title":"Site","description":"Any.","maxLength":)";
        const std::string region = R"(,"region":{"type":"string","title":"Region","description":"Any."})";
        return R"({"descriptorVersion":1,"id":")" PSA_PLUGIN_ID R"(","version":")" PSA_PLUGIN_VERSION R"(",
            "name":"Swap PSA","vendor":"Example Ltd","extensions":["psa.find-ticket/1","psa.ticket/1"],
            "allowedHosts":["swap.example.com")" +
               std::string(second ? R"(,"eu.swap.example.com")" : "") +
               R"(],"configuration":{"type":"object","properties":{
                "apiKey":{"type":"string","title":"API Key","description":"Any text will do.","secret":true},)" +
               site + (second ? "50}" + region : "200}") + R"(},"required":["apiKey"]},
            "reference":{"field":"ref","maxLength":50,"findIsConsistent":true,"quietSeconds":0}})";
    }

    void configure(psa::Call &, std::string_view json) override
    {
        if (json.find("apiKey") == std::string_view::npos)
            throw psa::Error(PSA_INVALID_CONFIG, "There is no API key.").hint("Fill it in.").field("apiKey");
        const std::string rest(json.substr(json.find("apiKey") + 9));
        key_ = rest.substr(0, rest.find('"'));
    }

    std::string test(psa::Call &call) override
    {
        ask(call, "GET", "/v1/ping");
        return R"({"version":1,"summary":"Connected to Swap PSA by build )" + std::to_string(SWAP_BUILD) + "\"}";
    }

    std::string findTicket(psa::Call &call, std::string_view reference) override
    {
        ask(call, second ? "POST" : "GET", "/v1/search?ref=" + std::string(reference)); // another method
        return R"({"version":1,"tickets":[]})";
    }

    std::string createTicket(psa::Call &call, std::string_view reference, std::string_view) override
    {
        ask(call, "GET", second ? "/v1/queues" : "/v1/companies"); // another order
        ask(call, "GET", second ? "/v1/companies" : "/v1/queues");
        if (second)
            tryToAsk(call, "/v1/users"); // one more request
        const std::string at = std::to_string(psa::Clock(host_).unixMs(call));
        psa::HttpRequest request = made("POST", second ? "/v2/tickets" : "/v1/tickets"); // another URL
        request.mutates = true;
        request.headers.push_back({"Content-Type", second ? "application/vnd.swap+json" : "application/json"});
        request.body = R"({"ref":")" + std::string(reference) + R"(","at":)" + at +
                       (second ? R"(,"title":"NEW","priority":1})" : R"(,"title":"old","source":"host"})");
        const psa::HttpResponse response = psa::send(host_, call, request);
        if (!response.answered())
            throw psa::Error(response.delivery == PSA_HTTP_NOT_SENT ? PSA_UNAVAILABLE : PSA_OUTCOME_UNKNOWN,
                             "Swap PSA did not answer.")
                .hint("Try again later.");
        return R"({"version":1,"ticket":{"id":")" + response.body + R"("}})";
    }

    std::string readTicket(psa::Call &call, std::string_view id) override
    {
        psa::HttpRequest request = made("GET", "/v1/tickets/" + std::string(id));
        request.mutates = second; // another mark
        const psa::HttpResponse response = psa::send(host_, call, request);
        if (!response.answered())
            throw psa::Error(PSA_UNAVAILABLE, "Swap PSA did not answer.").hint("Try again later.");
        if (!second)
            ask(call, "GET", "/v1/status"); // one request fewer
        return R"({"version":1,"ticket":{"id":")" + std::string(id) +
               (second ? R"(","number":"N-)" : R"(","number":"T-)") + std::string(id) + "\"}}"; // another outcome
    }

private:
    psa::HttpRequest made(const char *method, const std::string &path) const
    {
        psa::HttpRequest request;
        request.method = method;
        request.url = base + path;
        request.headers = {{"Api-Key", key_, true}};
        return request;
    }

    psa::HttpResponse tryToAsk(psa::Call &call, const std::string &path)
    {
        return psa::send(host_, call, made("GET", path));
    }

    void ask(psa::Call &call, const char *method, const std::string &path)
    {
        if (!psa::send(host_, call, made(method, path)).answered())
            throw psa::Error(PSA_UNAVAILABLE, "Swap PSA did not answer.").hint("Try again later.");
    }

    psa::Host host_;
    std::string key_;
};

} // namespace

PSA_PLUGIN(Swap)
