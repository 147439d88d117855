#include "zone.h"

#include "api_error.h"

#include "common/exchange.h"
#include "common/json.h"
#include "common/text.h"

#include <psa/cache.hpp>
#include <psa/http.hpp>

#include <algorithm>

namespace psa::plugins::autotask {
namespace {

constexpr std::string_view lookUpUrl = "https://webservices.autotask.net/ATServicesRest/V1.0/ZoneInformation?user=";
constexpr const char *cacheKey = "zone";
constexpr std::uint32_t keptMs = 12 * 3600 * 1000;
constexpr std::string_view https = "https://";
constexpr std::string_view domain = ".autotask.net";

/// ^webservices[0-9a-z]{0,6}\.autotask\.net$, and the two pre-release zones of Germany and Spain.
bool isApiHost(std::string_view host)
{
    constexpr std::string_view prefix = "webservices";
    if (host == "prde.autotask.net" || host == "pres.autotask.net")
        return true;
    if (host.size() < prefix.size() + domain.size() || host.substr(0, prefix.size()) != prefix ||
        host.substr(host.size() - domain.size()) != domain)
        return false;
    const std::string_view suffix = host.substr(prefix.size(), host.size() - prefix.size() - domain.size());
    return suffix.size() <= 6 &&
           suffix.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz") == std::string_view::npos;
}

/// `webUrl` if it is certainly a page of Autotask, otherwise empty: people click on it.
std::string checkedWebUrl(const std::string &webUrl)
{
    const std::string folded = lower(webUrl);
    const std::size_t end = folded.find('/', https.size());
    if (folded.substr(0, https.size()) != https || end == std::string::npos || end + 1 != folded.size())
        return {};
    const std::string host = folded.substr(https.size(), end - https.size());
    const bool plain = host.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz-.") == std::string::npos;
    const bool ours = host.size() > domain.size() && host.substr(host.size() - domain.size()) == domain;
    return plain && ours ? folded : std::string();
}

/// The zone in a lookup's response or in the cache.
std::optional<Zone> parseZone(std::string_view json)
{
    const Object::Ptr object = parseObject(json);
    const auto url = object ? normalizeZoneUrl(textOf(*object, "url")) : std::nullopt;
    if (!url)
        return std::nullopt;
    Zone zone;
    zone.url = *url;
    zone.webUrl = checkedWebUrl(textOf(*object, "webUrl"));
    zone.name = oneLine(textOf(*object, "zoneName"));
    return zone;
}

[[noreturn]] void throwUnknownUser(const Configuration &configuration, const psa::HttpResponse &response,
                                   const std::string &words)
{
    throw psa::Error(PSA_AUTH, "The zoneInformation call could not resolve the API user " + configuration.userName +
                                   " (500 on zone lookup).")
        .hint("Verify the email of the API User; a new user may need five minutes. Or paste a Zone URL "
              "manually.")
        .field("userName")
        .vendorCode("zoneInformation")
        .httpStatus(response.status)
        .detail("GET ZoneInformation: " + words);
}

/// A 5xx without a text may be an outage or an unknown user: it is retried, and the error says what to check meanwhile.
[[noreturn]] void throwSilentLookUp(const Configuration &configuration, const psa::HttpResponse &response,
                                    const Exchange &exchange)
{
    const std::string status = std::to_string(response.status);
    throw answerError(PSA_UNAVAILABLE,
                      "The zone lookup for the API user " + configuration.userName + " failed without a reason (" +
                          status + " on zone lookup).",
                      response, exchange, {})
        .hint("Verify the email of the API User; a new user may need five minutes. If the email is right, "
              "paste a Zone URL manually under Configure, which makes the lookup unnecessary.")
        .field("userName")
        .vendorCode("zoneInformation");
}

psa::HttpResponse sendLookUp(psa::Host host, psa::Call &call, const Configuration &configuration)
{
    psa::HttpRequest request;
    request.url = std::string(lookUpUrl) + percentEncode(configuration.userName);
    request.headers = {{"Accept", "application/json", false}};
    request.limitKey = "ZoneInformation";
    call.throwIfStopped();
    psa::HttpResponse response = withoutSecrets(psa::send(host, call, request), configuration.secrets());
    if (!response.answered())
        throwUnanswered(response, {thePsa, "GET ZoneInformation", "webservices.autotask.net", Effect::reads});
    return response;
}

} // namespace

std::string Zone::host() const
{
    return url.substr(https.size(), url.find('/', https.size()) - https.size());
}

std::optional<std::string> normalizeZoneUrl(std::string_view given)
{
    const std::string url(trim(given));
    if (lower(url).substr(0, https.size()) != https)
        return std::nullopt;
    const std::size_t slash = std::min(url.find('/', https.size()), url.size());
    const std::string host = lower(url.substr(https.size(), slash - https.size()));
    if (!isApiHost(host.substr(0, host.find(":443"))) ||
        (host.find(':') != std::string::npos && host.substr(host.find(':')) != ":443"))
        return std::nullopt;
    std::string path = url.substr(slash);
    while (!path.empty() && path.back() == '/')
        path.pop_back();
    if (const std::string folded = lower(path); folded.size() >= 5 && folded.substr(folded.size() - 5) == "/v1.0")
        path.resize(path.size() - 5);
    if (path.empty())
        path = "/ATServicesRest";
    if (lower(path) != "/atservicesrest")
        return std::nullopt;
    return std::string(https) + host.substr(0, host.find(':')) + path + "/";
}

Zone findZone(psa::Host host, psa::Call &call, const Configuration &configuration)
{
    if (!configuration.zoneUrl.empty())
    {
        Zone zone;
        zone.url = configuration.zoneUrl;
        zone.configured = true;
        return zone;
    }
    if (const auto kept = psa::Cache(host).get(call, cacheKey))
    {
        if (auto zone = parseZone(*kept))
        {
            zone->fromCache = true;
            return *zone;
        }
    }
    return lookUpZone(host, call, configuration);
}

Zone lookUpZone(psa::Host host, psa::Call &call, const Configuration &configuration)
{
    const psa::HttpResponse response = sendLookUp(host, call, configuration);
    const Exchange exchange{thePsa, "GET ZoneInformation", "webservices.autotask.net", Effect::reads};
    const Object::Ptr answer = parseObject(response.body);
    const std::string words = answer ? errorWords(*answer) : std::string();
    if (response.status >= 500 && !words.empty())
        throwUnknownUser(configuration, response, words);
    if (response.status >= 500)
        throwSilentLookUp(configuration, response, exchange);
    readAnswer(response, exchange);
    const auto zone = parseZone(response.body);
    if (!zone)
        throw psa::Error(PSA_UNAVAILABLE, "Autotask returned a zone address that is not its own: \"" +
                                              oneLine(answer ? textOf(*answer, "url") : "") + "\".")
            .hint("Nothing was sent there. Paste the Zone URL manually if you know it, and tell Autotask support.")
            .field("zoneUrl")
            .httpStatus(response.status);
    if (!psa::Cache(host).put(call, cacheKey, response.body, keptMs))
        call.debug("The host did not cache the zone; it is looked up again for the next ticket.");
    return *zone;
}

void forgetZone(psa::Host host, psa::Call &call)
{
    psa::Cache(host).put(call, cacheKey, "", 1);
}

std::string ticketUrl(const Zone &zone, const std::string &id)
{
    if (zone.webUrl.empty())
        return {};
    return zone.webUrl + "Autotask/AutotaskExtend/ExecuteCommand.aspx?Code=OpenTicketDetail&TicketID=" + id;
}

} // namespace psa::plugins::autotask
