#include "sign_in.h"

#include "api_error.h"

#include "common/json.h"
#include "common/pasted_address.h"
#include "common/text.h"

#include <psa/http.hpp>

#include <algorithm>

namespace psa::plugins::halopsa {
namespace {

constexpr const char *tokenKey = "token";
constexpr const char *serverKey = "authinfo";
constexpr std::uint32_t serverMs = 12 * KeptValues::hourMs;
constexpr const char *signInRequest = "POST /auth/token";

std::string encodedForm(std::initializer_list<std::pair<const char *, std::string>> fields)
{
    std::string form;
    for (const auto &[name, value] : fields)
        form += (form.empty() ? "" : "&") + std::string(name) + "=" + percentEncode(value);
    return form;
}

/// Where HaloPSA says that its authorization server is; the folder /auth of the tenant if it says nothing usable.
std::string authUrl(const std::string &given, const std::string &tenantHost)
{
    constexpr std::string_view https = "https://";
    const std::string text(trim(given));
    const auto address = parsePastedAddress(text);
    if (!address || lower(text).substr(0, https.size()) != https)
        return "https://" + tenantHost + "/auth";
    const std::size_t slash = text.find('/', https.size());
    std::string path = slash == std::string::npos ? "" : text.substr(slash, text.find_first_of("?#") - slash);
    while (!path.empty() && path.back() == '/')
        path.pop_back();
    return "https://" + address->authority() + path;
}

AuthServer serverFrom(const Object &info, const Configuration &configuration)
{
    AuthServer server{authUrl(textOf(info, "auth_url"), configuration.host), configuration.tenant};
    if (server.tenant.empty())
        server.tenant = oneLine(textOf(info, "tenant_id"));
    return server;
}

std::string hostIn(const std::string &url)
{
    const auto address = parsePastedAddress(url);
    return address ? address->authority() : url;
}

/// A token is sent in a header, which a control character would end.
bool isToken(const std::string &text)
{
    constexpr std::size_t longest = 16000;
    return !text.empty() && text.size() <= longest &&
           std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > 0x20 && c < 0x7F; });
}

/// How long the token is kept: HaloPSA takes it back a minute later, or one of short life after twice that time.
std::uint32_t keptMs(const Object &answer)
{
    constexpr std::int64_t unsaidSeconds = 600;
    constexpr std::int64_t dayInSeconds = 86400;
    constexpr std::int64_t marginSeconds = 60;
    const std::int64_t seconds =
        std::clamp<std::int64_t>(integerOf(answer, "expires_in").value_or(unsaidSeconds), 0, dayInSeconds);
    return static_cast<std::uint32_t>((seconds * 1000) - std::min(marginSeconds * 1000, seconds * 1000 / 2));
}

} // namespace

const std::string &SignIn::token()
{
    if (token_.empty())
        token_ = secrets_.get(call_, tokenKey).value_or("");
    if (token_.empty())
        request();
    return token_;
}

bool SignIn::renew()
{
    if (renewed_)
        return false;
    renewed_ = true;
    const std::string rejected = token_;
    token_ = secrets_.get(call_, tokenKey).value_or("");
    if (!token_.empty() && token_ != rejected)
    {
        fresh_ = false;
        return true; // Another instance has renewed it.
    }
    request();
    return true;
}

void SignIn::forget()
{
    if (secrets_.get(call_, tokenKey).value_or("") == token_)
        secrets_.keep(call_, tokenKey, "", 0);
}

void SignIn::startAgain()
{
    kept_.forget(serverKey);
    secrets_.keep(call_, tokenKey, "", 0);
    server_ = {};
    token_.clear();
}

/// HaloPSA names its authorization server without a sign-in. Older versions do not, and need no tenant either.
const AuthServer &SignIn::server()
{
    if (!server_.url.empty())
        return server_;
    if (const auto value = kept_.getLasting(serverKey))
        if (const Object::Ptr info = parseObject(*value))
            return server_ = serverFrom(*info, configuration_);
    psa::HttpRequest lookUp;
    lookUp.url = "https://" + configuration_.host + "/api/authinfo";
    lookUp.headers = {{"Accept", "application/json", false}};
    call_.throwIfStopped();
    const psa::HttpResponse response = withoutSecrets(psa::send(host_, call_, lookUp), configuration_.secrets());
    constexpr std::uint32_t tooMany = 429;
    if (!response.answered() || response.status == tooMany || !(response.succeeded() || isRefusal(response.status)))
        checkDone(response, {thePsa, "GET /api/authinfo", configuration_.host, Effect::reads});
    const Object::Ptr answer = response.succeeded() ? parseObject(response.body) : nullptr;
    Object info;
    for (const char *name : {"auth_url", "tenant_id"})
        if (answer && has(*answer, name))
            info.set(name, textOf(*answer, name));
    if (answer || isRefusal(response.status))
        kept_.put(serverKey, toJson(info), serverMs);
    return server_ = serverFrom(info, configuration_);
}

std::string SignIn::tokenUrl()
{
    const AuthServer &where = server();
    return where.url + "/token" + (where.tenant.empty() ? "" : "?tenant=" + percentEncode(where.tenant));
}

void SignIn::request()
{
    psa::HttpRequest signIn;
    signIn.method = "POST";
    signIn.url = tokenUrl();
    signIn.headers = {{"Content-Type", "application/x-www-form-urlencoded", false},
                      {"Accept", "application/json", false}};
    signIn.body = encodedForm({{"grant_type", "client_credentials"},
                               {"client_id", configuration_.clientId},
                               {"client_secret", configuration_.clientSecret},
                               {"scope", configuration_.scope}});
    signIn.flags = PSA_HTTP_SECRET_ANSWER;
    call_.throwIfStopped();
    const psa::HttpResponse response = withoutSecrets(psa::send(host_, call_, signIn), configuration_.secrets());
    const Exchange exchange{thePsa, signInRequest, hostIn(server_.url), Effect::reads};
    const bool elsewhere = exchange.host != configuration_.host;
    if (elsewhere && response.delivery == PSA_HTTP_NOT_SENT && response.reason == PSA_HTTP_REASON_POLICY)
        throw psa::Error(PSA_UNAVAILABLE, "HaloPSA at " + configuration_.host + " signs applications in at " +
                                              exchange.host + ", and this host does not allow the connection there.")
            .hint("If that is right, list " + exchange.host + " in psa-host.toml: [egress] allowed_hosts.")
            .detail(std::string(signInRequest) + ": " + oneLine(response.detail));
    checkSignedIn(response, exchange);
    const Object::Ptr answer = parseObject(response.body);
    const std::string given = answer ? textOf(*answer, "access_token") : std::string();
    if (!answer && isWebPage(response))
        throw wrongHost(response, exchange, "its sign-in answers with a web page");
    if (!isToken(given))
        throw uselessAnswer(response, exchange, "the response to the sign-in has no token");
    token_ = given;
    fresh_ = true;
    secrets_.learn(call_, token_);
    if (!secrets_.keep(call_, tokenKey, token_, keptMs(*answer)))
        call_.debug("The host did not keep the token; the next call signs in again.");
}

} // namespace psa::plugins::halopsa
