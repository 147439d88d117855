#include "company_info.h"

#include "api_error.h"

#include "common/exchange.h"
#include "common/json.h"
#include "common/text.h"

#include <psa/http.hpp>

#include <algorithm>

namespace psa::plugins::connectwise {
namespace {

constexpr const char *cacheKey = "company";
constexpr std::uint32_t keptMs = 12 * KeptValues::hourMs;
constexpr const char *request = "GET companyinfo";
/// Refers to the current codebase on every site. The lookup returns the real one, which the API requires.
constexpr const char *stableCodebase = "v4_6_release/";

/// `given` with a trailing slash; empty if it is not a valid folder name, because it becomes part of a URL.
std::string checkedCodebase(std::string given)
{
    if (given.empty())
        return stableCodebase;
    if (given.back() == '/')
        given.pop_back();
    const bool plain = !given.empty() && given.size() <= 60 && std::all_of(given.begin(), given.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
    return plain ? given + "/" : std::string();
}

/// The host of the API. The one in the response is used only if it is one of ConnectWise's own, and never on premises,
/// where it can be an internal name.
std::string apiHost(const Object &answer, const Site &site)
{
    const auto named = parseSite(textOf(answer, "SiteUrl"));
    return site.cloud && named && named->cloud ? named->apiHost : site.apiHost;
}

[[noreturn]] void throwUnknown(const Configuration &configuration, const psa::HttpResponse &response,
                               const Exchange &exchange)
{
    throw answerError(PSA_AUTH,
                      "ConnectWise at " + configuration.site.host + " does not know the company \"" +
                          configuration.companyId + "\".",
                      response, exchange, {})
        .field("companyId")
        .vendorCode("companyinfo")
        .hint("Enter the Company ID as you do when you log in to ConnectWise, and check that the Site URL is the "
              "address at which you log in.");
}

CompanyInfo parseInfo(const Object &answer, const Site &site)
{
    CompanyInfo info;
    info.host = apiHost(answer, site);
    info.codebase = checkedCodebase(textOf(answer, "Codebase"));
    info.name = oneLine(textOf(answer, "CompanyName"));
    info.version = oneLine(textOf(answer, "VersionCode"));
    return info;
}

psa::HttpResponse send(psa::Host host, psa::Call &call, const Configuration &configuration)
{
    psa::HttpRequest lookUp;
    lookUp.url = "https://" + configuration.site.host + "/login/companyinfo/" + percentEncode(configuration.companyId);
    lookUp.headers = {{"Accept", "application/json", false}};
    call.throwIfStopped();
    return withoutSecrets(psa::send(host, call, lookUp), configuration.secrets());
}

} // namespace

CompanyInfo findCompany(psa::Host host, psa::Call &call, const Configuration &configuration, KeptValues &kept)
{
    if (const auto value = kept.getLasting(cacheKey))
        if (const Object::Ptr answer = parseObject(*value))
            if (CompanyInfo info = parseInfo(*answer, configuration.site); !info.codebase.empty())
            {
                info.fromCache = true;
                return info;
            }
    return lookUpCompany(host, call, configuration, kept);
}

CompanyInfo lookUpCompany(psa::Host host, psa::Call &call, const Configuration &configuration, KeptValues &kept)
{
    const Exchange exchange{thePsa, request, configuration.site.host, Effect::reads};
    const psa::HttpResponse response = send(host, call, configuration);
    if (!response.answered())
        throwUnanswered(response, exchange);
    // An unknown company is not an error in ConnectWise: the response is the word null.
    const bool unknown = response.status == 200 && trim(response.body) == "null";
    if (unknown || response.status == 404)
        throwUnknown(configuration, response, exchange);
    const Object::Ptr answer = readObject(response, exchange);
    const CompanyInfo info = parseInfo(*answer, configuration.site);
    if (info.codebase.empty() || (!has(*answer, "Codebase") && !has(*answer, "CompanyName")))
        throw uselessAnswer(response, exchange, "its company lookup returned no codebase");
    Object trimmed;
    for (const char *name : {"SiteUrl", "Codebase", "CompanyName", "VersionCode"})
        if (has(*answer, name))
            trimmed.set(name, textOf(*answer, name));
    kept.put(cacheKey, toJson(trimmed), keptMs);
    return info;
}

std::string ticketUrl(const Configuration &configuration, const std::string &id)
{
    // A link is used longer than a codebase.
    return "https://" + configuration.site.host + "/" + stableCodebase +
           "services/system_io/router/openrecord.rails?locale=en_US&recordType=ServiceFv&recid=" + id +
           "&companyName=" + percentEncode(configuration.companyId);
}

} // namespace psa::plugins::connectwise
