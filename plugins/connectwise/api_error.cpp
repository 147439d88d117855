#include "api_error.h"

#include "ticket_names.h"

#include "common/text.h"

#include <algorithm>

namespace psa::plugins::connectwise {

const Psa thePsa{
    "ConnectWise", "Site URL", "API member",
    "Check the Site URL. A ConnectWise outside ConnectWise's own cloud can be used only if the operator of this host "
    "lists it in psa-host.toml: [egress] allowed_hosts, and allowed_networks if its address is private.",
    "Check that the firewall lets this host reach it on port 443, and that the Site URL is right."};

namespace {

constexpr std::size_t shownWords = 1500;
/// ConnectWise often only says in words how long to wait, and then it is half a minute.
constexpr std::uint32_t shortestWaitMs = 30000;

/// Conditions that ConnectWise reports in the same way, whatever the HTTP status.
enum class Known
{
    nothing,
    credentials,
    permission,
    limit
};

Known meaningOf(const Refusal &refusal)
{
    if (refusal.code == "TooManyRequests" || refusal.code == "RateLimitExceeded" ||
        mentions(refusal.words, "too many requests"))
        return Known::limit;
    if (refusal.code == "Unauthorized" || mentions(refusal.code, "usernotauthenticated"))
        return Known::credentials;
    return refusal.code == "Security" ? Known::permission : Known::nothing;
}

/// "(403 Forbidden)", or what was received instead.
std::string statusText(const psa::HttpResponse &response, std::uint32_t usual, const char *name)
{
    return response.status == usual ? "(" + std::to_string(usual) + " " + name + ")"
                                    : "(HTTP " + std::to_string(response.status) + ")";
}

psa::Error credentials(const psa::HttpResponse &response, const Exchange &exchange, const Refusal &refusal)
{
    return answerError(PSA_AUTH,
                       "ConnectWise does not accept the credentials " + statusText(response, 401, "Unauthorized") +
                           ": Company ID, Public Key or Private Key is wrong.",
                       response, exchange, refusal.words)
        .vendorCode(refusal.code)
        .hint("Check the Company ID (as you log in), the Public Key and the Private Key, and in ConnectWise under "
              "System → Members → API Members that the member is active and the key is still on its API Keys tab. "
              "Then correct it under Configure and click Test. psa-host does not retry until then.");
}

psa::Error clientId(const psa::HttpResponse &response, const Exchange &exchange, const Refusal &refusal)
{
    return answerError(PSA_AUTH,
                       "ConnectWise does not accept the Client ID (" + std::to_string(response.status) +
                           "): " + refusal.words,
                       response, exchange, refusal.words)
        .field("clientId")
        .vendorCode(refusal.code)
        .hint("Copy the Client ID of this integration from developer.connectwise.com, paste it under Configure and "
              "click Test. It is not the Public Key.");
}

psa::Error permission(const psa::HttpResponse &response, const Exchange &exchange, const Refusal &refusal)
{
    return answerError(PSA_PERMISSION,
                       "The security role of the API member does not allow this " +
                           statusText(response, 403, "Forbidden") +
                           (refusal.words.empty() ? "." : ": " + refusal.words),
                       response, exchange, refusal.words)
        .vendorCode(refusal.code)
        .hint("In ConnectWise under System → Security Roles, give the member's role Service Desk > Service Tickets: "
              "Add, Edit, Inquire All; Companies > Company Maintenance: Inquire All; System > Table Setup: Inquire.");
}

psa::Error tooMany(const psa::HttpResponse &response, const Exchange &exchange, const Refusal &refusal)
{
    return rateLimited(response, exchange, refusal.words,
                       "If it persists, check which other integrations use the same ConnectWise.")
        .vendorCode(refusal.code)
        .retryAfterMs(std::max(response.retryAfterMs, shortestWaitMs));
}

psa::Error wrongRoute(const psa::HttpResponse &response, const Exchange &exchange, const Refusal &refusal)
{
    const bool company = !refusal.words.empty() && !refusal.json;
    return answerError(PSA_INVALID_CONFIG,
                       "There is no ConnectWise API for this company at " + exchange.host + " (" +
                           std::to_string(response.status) + ")" + (company ? ": " + refusal.words : "."),
                       response, exchange, refusal.words)
        .field(company ? "companyId" : "siteUrl")
        .hint("Correct Site URL and Company ID under Configure: both as you log in to ConnectWise.");
}

psa_status statusOfRefused(const psa::HttpResponse &response, const Exchange &exchange)
{
    if (response.status == 404 && exchange.effect != Effect::creates)
        return PSA_NOT_FOUND; // the ticket or note at this path
    return response.status == 409 || exchange.effect == Effect::removes ? PSA_CONFLICT : PSA_INVALID_TICKET;
}

/// ConnectWise understood the request and says what it does not accept.
psa::Error refused(const psa::HttpResponse &response, const Exchange &exchange, const Refusal &refusal)
{
    const std::string said =
        refusal.words.empty() ? "HTTP " + std::to_string(response.status) + " without a reason." : refusal.words;
    if (exchange.effect == Effect::reads)
        return refusedRead(response.status == 404 ? PSA_NOT_FOUND : PSA_INTERNAL, response, exchange, said,
                           refusal.words)
            .vendorCode(refusal.code);
    const TicketName *name = nameInError(refusal.field);
    psa::Error error = answerError(statusOfRefused(response, exchange),
                                   "ConnectWise does not accept " + refusedWords(exchange).what + ": " + said, response,
                                   exchange, refusal.words);
    error.vendorCode(refusal.code)
        .field(name == nullptr ? "" : name->ours)
        .hint(name == nullptr ? refusedWords(exchange).hint : hintFor(*name));
    return error;
}

/// No capture shows this, but other records are rejected like this if a name is taken.
psa::Error taken(const psa::HttpResponse &response, const Exchange &exchange, const Refusal &refusal)
{
    return answerError(PSA_CONFLICT, "ConnectWise already has a ticket with this reference: " + refusal.words, response,
                       exchange, refusal.words)
        .vendorCode(refusal.code)
        .hint("Nothing was created now: the ticket with this reference is looked up.");
}

psa::Error refusalError(const psa::HttpResponse &response, const Exchange &exchange, const Refusal &refusal)
{
    const Known known = meaningOf(refusal);
    if (response.status == 429 || known == Known::limit)
        return tooMany(response, exchange, refusal);
    if ((response.status == 400 || response.status == 401) && mentions(refusal.words, "clientid"))
        return clientId(response, exchange, refusal);
    if (response.status == 401 || (response.status != 403 && known == Known::credentials))
        return credentials(response, exchange, refusal);
    if (response.status == 403 || known == Known::permission)
        return permission(response, exchange, refusal);
    if (isWrongRoute(response) && !(response.status == 404 && refusal.json))
        return wrongRoute(response, exchange, refusal);
    if (exchange.effect == Effect::creates && refusal.code == "ObjectExists" && mentions(refusal.field, "externalxref"))
        return taken(response, exchange, refusal);
    return refused(response, exchange, refusal);
}

} // namespace

void checkDone(const psa::HttpResponse &response, const Exchange &exchange)
{
    if (!response.answered())
        throwUnanswered(response, exchange);
    if (response.status >= 200 && response.status < 300)
        return;
    const Refusal refusal = parseRefusal(response.body);
    if (isRefusal(response.status) || meaningOf(refusal) != Known::nothing)
        throw refusalError(response, exchange, refusal);
    throw uselessAnswer(response, exchange,
                        "HTTP " + std::to_string(response.status) +
                            (refusal.words.empty() ? std::string(" without a reason") : " and no more"));
}

Refusal parseRefusal(std::string_view body)
{
    Refusal refusal;
    const Object::Ptr document = parseObject(body);
    if (!document)
    {
        refusal.words = plainSentence(body);
        return refusal;
    }
    refusal.json = has(*document, "code") || has(*document, "message");
    refusal.code = textOf(*document, "code");
    const Array::Ptr errors = document->getArray("errors");
    for (unsigned i = 0; errors && i < errors->size(); ++i)
    {
        const Object::Ptr error = errors->getObject(i);
        if (!error)
            continue;
        if (refusal.field.empty() && refusal.words.empty())
        {
            refusal.field = textOf(*error, "field");
            if (const std::string code = textOf(*error, "code"); !code.empty())
                refusal.code = code;
        }
        if (const std::string text = sentence(textOf(*error, "message")); !text.empty())
            refusal.words += (refusal.words.empty() ? "" : " ") + text;
    }
    if (refusal.words.empty())
        refusal.words = sentence(textOf(*document, "message"));
    refusal.code = excerpt(refusal.code, 100);
    refusal.words = excerpt(refusal.words, shownWords);
    return refusal;
}

bool isWrongRoute(const psa::HttpResponse &response)
{
    return response.answered() &&
           (response.status == 404 || (response.status == 400 && mentions(response.body, "cannot route")));
}

Object::Ptr readObject(const psa::HttpResponse &response, const Exchange &exchange)
{
    checkDone(response, exchange);
    Object::Ptr answer = parseObject(response.body);
    if (!answer)
        throw uselessAnswer(response, exchange, "its response cannot be read");
    if (mutates(exchange.effect) && integerOf(*answer, "id").value_or(0) <= 0)
    {
        const Refusal refusal = parseRefusal(response.body);
        if (meaningOf(refusal) != Known::nothing)
            throw refusalError(response, exchange, refusal);
        throw outcomeUnknown(response, exchange,
                             exchange.effect == Effect::creates ? "the response has no ticket id"
                                                                : "the response has no id");
    }
    return answer;
}

Array::Ptr readRows(const psa::HttpResponse &response, const Exchange &exchange)
{
    checkDone(response, exchange);
    Array::Ptr rows = parseArray(response.body);
    if (!rows)
        throw uselessAnswer(response, exchange, "the result of a search cannot be read");
    return rows;
}

} // namespace psa::plugins::connectwise
