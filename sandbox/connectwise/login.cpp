#include "sandbox/connectwise/login.h"

#include "sandbox/connectwise/handlers.h"

namespace psa::sandbox::connectwise {

Credentials credentialsIn(const Request &request)
{
    const std::string text = basicLogin(request);
    const std::size_t plus = text.find('+');
    const std::size_t colon = plus == std::string::npos ? plus : text.find(':', plus);
    if (colon == std::string::npos)
        return {};
    return {text.substr(0, plus), text.substr(plus + 1, colon - plus - 1), text.substr(colon + 1)};
}

std::optional<Answer> Login::refuse(const Request &request, const Tenant &tenant)
{
    const Credentials who = credentialsIn(request);
    const bool known = equalNoCase(who.company, tenant.company());
    std::optional<Answer> refused;
    if (!who.company.empty() && !known && switches_.is("auth.wrongCompany", "route"))
        refused = cannotRoute();
    else if (!equalNoCase(request.header("clientId"), tenant.clientId()))
        refused = badClientId();
    else if (!known || who.publicKey != tenant.publicKey() || who.privateKey != privateKey_)
        refused = badKeys();
    failures_ += refused ? 1 : 0;
    return refused;
}

Answer Login::badClientId() const
{
    const int status = static_cast<int>(switches_.number("auth.clientIdStatus"));
    const std::string why = "The clientId header is missing or its value is not a registered clientId.";
    if (switches_.is("auth.clientIdBody", "text"))
        return plainText(status, why);
    return errorAnswer({status, status == 401 ? "Unauthorized" : "InvalidClientId", why});
}

Answer Login::badKeys() const
{
    const std::string how = switches_.text("auth.refusal");
    if (how == "UserNotAuthenticated")
        return errorAnswer({401, "ConnectWiseApi", "UserNotAuthenticated"});
    return errorAnswer(
        {401, "Unauthorized", how == "keys" ? "Incorrect public/private key" : "Authentication failed."});
}

} // namespace psa::sandbox::connectwise
