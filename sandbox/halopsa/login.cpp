#include "sandbox/halopsa/login.h"

#include "sandbox/common/fingerprint.h"

#include <Poco/StringTokenizer.h>
#include <Poco/URI.h>

#include <algorithm>
#include <array>

namespace psa::sandbox::halopsa {
namespace {

constexpr std::array knownParts{"tickets", "customers", "assets", "crm", "calendar", "items", "invoices"};

/// The fields of a form.
std::map<std::string, std::string> formIn(const Request &request)
{
    std::map<std::string, std::string> fields;
    Poco::URI uri;
    uri.setRawQuery(request.body);
    for (const auto &[name, value] : uri.getQueryParameters())
        fields.emplace(name, value);
    const std::string basic = basicLogin(request);
    if (const std::size_t colon = basic.find(':'); colon != std::string::npos)
    {
        fields["client_id"] = basic.substr(0, colon);
        fields["client_secret"] = basic.substr(colon + 1);
    }
    return fields;
}

std::set<std::string> words(const std::string &text)
{
    const Poco::StringTokenizer all(text, " ", Poco::StringTokenizer::TOK_IGNORE_EMPTY);
    return {all.begin(), all.end()};
}

bool isKnownScope(const std::string &scope)
{
    constexpr std::array whole{"all", "all:standard", "admin", "offline_access"};
    const std::string part = scope.substr(scope.find(':') + 1);
    const bool access = scope.rfind("read:", 0) == 0 || scope.rfind("edit:", 0) == 0;
    return std::find(whole.begin(), whole.end(), scope) != whole.end() ||
           (access && std::find(knownParts.begin(), knownParts.end(), part) != knownParts.end());
}

bool allowsEverything(const std::set<std::string> &scopes)
{
    return scopes.contains("all") || scopes.contains("all:standard");
}

/// What is granted of the wanted scopes.
std::set<std::string> granted(const std::set<std::string> &wanted, const std::set<std::string> &allowed)
{
    if (allowsEverything(allowed))
        return wanted;
    if (allowsEverything(wanted))
        return allowed;
    std::set<std::string> both;
    std::set_intersection(wanted.begin(), wanted.end(), allowed.begin(), allowed.end(),
                          std::inserter(both, both.begin()));
    return both;
}

std::string joined(const std::set<std::string> &scopes)
{
    std::string text;
    for (const std::string &scope : scopes)
        text += (text.empty() ? "" : " ") + scope;
    return text;
}

std::string bearer(const Request &request)
{
    const std::string header = request.header("Authorization");
    const std::string scheme = "Bearer ";
    return equalNoCase(header.substr(0, scheme.size()), scheme) ? header.substr(scheme.size()) : std::string();
}

} // namespace

bool inScope(const std::set<std::string> &scopes, const std::string &part, bool write)
{
    return part.empty() || allowsEverything(scopes) || scopes.contains("edit:" + part) ||
           (!write && scopes.contains("read:" + part));
}

std::string clientIn(const Request &request)
{
    const auto form = formIn(request);
    const auto found = form.find("client_id");
    return found == form.end() ? "" : found->second;
}

Answer Login::issue(const Request &request, const Tenant &tenant, SandboxClock::Time now, const Rights &rights)
{
    auto form = formIn(request);
    const std::string asked = request.parameter("tenant");
    if (request.header("Content-Type").rfind("application/x-www-form-urlencoded", 0) != 0)
        return refusal("invalid_request",
                       "The mandatory 'Content-Type' header must be application/x-www-form-urlencoded.");
    if (form["grant_type"] != "client_credentials")
        return refusal("unsupported_grant_type", "The specified 'grant_type' parameter is not supported.");
    if (form["client_id"] != tenant.clientId() || form["client_secret"] != secret_ ||
        (!asked.empty() && !equalNoCase(asked, tenant.name())) ||
        (asked.empty() && switches_.is("token.tenant", "required")))
        return refusal("invalid_client", "The specified client credentials are invalid.");
    const std::set<std::string> wanted = words(form["scope"].empty() ? "all" : form["scope"]);
    const std::set<std::string> scopes = granted(wanted, allowed_);
    if (scopes.empty() || !std::all_of(wanted.begin(), wanted.end(), isKnownScope))
        return refusal("invalid_scope", "The specified 'scope' is invalid.");
    const std::int64_t promised = switches_.number("token.expiresIn");
    const std::int64_t real = switches_.number("token.validFor");
    Object::Ptr body = newObject();
    body->set("scope", joined(scopes));
    body->set("token_type", "Bearer");
    body->set("access_token", newToken());
    body->set("expires_in", promised);
    tokens_[issued_.back()] = {now + std::chrono::seconds(real == 0 ? promised : real), scopes, rights};
    if (switches_.on("token.extras"))
        for (const char *name : {"refresh_token", "id_token"})
            body->set(name, newToken());
    return json(200, body);
}

Answer Login::refusal(const std::string &error, const std::string &description)
{
    ++failures_;
    Object::Ptr body = newObject();
    body->set("error", error);
    body->set("error_description", description);
    return json(error == "invalid_client" ? static_cast<int>(switches_.number("token.refusal")) : 400, body);
}

std::string Login::newToken()
{
    issued_.push_back("HaloSandboxToken." + randomSecret() + "." + randomSecret());
    return issued_.back();
}

const Token *Login::find(const Request &request, SandboxClock::Time now) const
{
    const auto found = tokens_.find(bearer(request));
    return found == tokens_.end() || found->second.until <= now ? nullptr : &found->second;
}

void Login::limitScopes(const std::string &scopes)
{
    allowed_ = words(scopes);
}

void Login::reset()
{
    allowed_ = {"all"};
    tokens_.clear();
    issued_.clear();
    failures_ = 0;
}

} // namespace psa::sandbox::halopsa
