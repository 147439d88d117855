#include "api_error.h"

#include "ticket_names.h"

#include "common/text.h"

#include <algorithm>
#include <array>

namespace psa::plugins::halopsa {

const Psa thePsa{"HaloPSA", "Tenant URL", "agent of the application",
                 "Check the Tenant URL. A HaloPSA outside Halo's own cloud can be used only if the operator of this "
                 "host lists it in "
                 "psa-host.toml: [egress] allowed_hosts, and allowed_networks if its address is private.",
                 "Check that the firewall lets this host reach it on port 443, and that the Tenant URL is right."};

namespace {

constexpr std::size_t shownWords = 1500;
/// HaloPSA counts requests of five minutes, and often does not say how long to wait.
constexpr std::uint32_t usualWaitMs = 60000;
constexpr const char *whereApplications = "Configuration → Integrations → HaloPSA API → View Applications";

void append(std::string &words, const std::string &more)
{
    if (!more.empty() && words.find(more) == std::string::npos)
        words += (words.empty() ? "" : " ") + more;
}

std::string wordsIn(const Poco::Dynamic::Var &value, unsigned depth);

/// The first of these members that has words.
std::string firstWords(const Object &object, std::initializer_list<const char *> names, unsigned depth)
{
    for (const char *name : names)
        if (std::string words = wordsIn(object.get(name), depth); !words.empty())
            return words;
    return {};
}

/// What an error document says, whichever of HaloPSA's forms it has.
std::string wordsOf(const Object &object, unsigned depth)
{
    std::string words = firstWords(
        object, {"errorMessage", "Message", "message", "error_description", "errors", "detail", "error", "title"},
        depth);
    if (has(object, "errors"))
        append(words, wordsIn(object.get("errors"), depth));
    return words;
}

/// The values of an object such as {"Summary":["..."]}.
std::string wordsOfMembers(const Object &object, unsigned depth)
{
    std::string words = wordsOf(object, depth);
    if (words.empty())
        for (const auto &member : object)
            append(words, wordsIn(member.second, depth));
    return words;
}

std::string wordsIn(const Poco::Dynamic::Var &value, unsigned depth)
{
    constexpr unsigned deepest = 4;
    if (value.isString())
        return sentence(value.extract<std::string>());
    if (depth >= deepest)
        return {};
    std::string words;
    if (value.type() == typeid(Array::Ptr))
        for (const auto &each : *value.extract<Array::Ptr>())
            append(words, wordsIn(each, depth + 1));
    if (value.type() == typeid(Object::Ptr))
        words = wordsOfMembers(*value.extract<Object::Ptr>(), depth + 1);
    return words;
}

/// OAuth's code is one word; sentences stand in the same place.
std::string codeOf(const Object &object)
{
    for (const char *name : {"error", "resultCode", "ClassName"})
        if (const std::string code = textOf(object, name); !code.empty() && code.find(' ') == std::string::npos)
            return excerpt(code, 100);
    return {};
}

/// A JSON text that stands alone, or an array of errors.
Array::Ptr inArray(std::string_view body)
{
    const std::string_view text = trim(body);
    const bool isText = !text.empty() && text.front() == '"';
    return isText ? parseArray("[" + std::string(text) + "]") : parseArray(text);
}

psa::Error credentials(const psa::HttpResponse &response, const Exchange &exchange, const Refusal &refusal)
{
    return answerError(PSA_AUTH,
                       "HaloPSA does not accept the Client ID and Client secret (" + std::to_string(response.status) +
                           ")" + (refusal.words.empty() ? "." : ": " + refusal.words),
                       response, exchange, refusal.words)
        .vendorCode(refusal.code)
        .hint(std::string("Check in HaloPSA under ") + whereApplications +
              " that the application is active and uses the method \"Client ID and Secret (Services)\", and that both "
              "values and the Tenant URL belong to it. If they do, enter the Tenant that HaloPSA shows under API "
              "Details, or correct it. Then correct them under Configure and click Test. psa-host does not retry "
              "until then.");
}

psa::Error wrongField(const psa::HttpResponse &response, const Exchange &exchange, const Refusal &refusal,
                      const std::string &field, const std::string &title, const std::string &hint)
{
    return answerError(PSA_AUTH,
                       "HaloPSA does not accept the " + title + " (" + std::to_string(response.status) +
                           "): " + refusal.words,
                       response, exchange, refusal.words)
        .field(field)
        .vendorCode(refusal.code)
        .hint(hint);
}

/// After the one renewal of the token.
psa::Error token(const psa::HttpResponse &response, const Exchange &exchange, const Refusal &refusal)
{
    return answerError(PSA_AUTH,
                       "HaloPSA issued a token and does not accept it (401)" +
                           (refusal.words.empty() ? "." : ": " + refusal.words),
                       response, exchange, refusal.words)
        .vendorCode(refusal.code)
        .hint(std::string("Check in HaloPSA under ") + whereApplications +
              " that the application logs in as an agent, and that this agent is enabled. Then click Test. psa-host "
              "does not retry until then.");
}

psa::Error permission(const psa::HttpResponse &response, const Exchange &exchange, const Refusal &refusal)
{
    return answerError(PSA_PERMISSION,
                       "The application or its agent may not do this in HaloPSA (" + std::to_string(response.status) +
                           ")" + (refusal.words.empty() ? "." : ": " + refusal.words),
                       response, exchange, refusal.words)
        .vendorCode(refusal.code)
        .hint(std::string("Both count: in HaloPSA under ") + whereApplications +
              ", give the application the permissions all, or read:tickets, edit:tickets and read:customers, and give "
              "its agent the right to add and edit tickets, and every team.");
}

psa::Error tooMany(const psa::HttpResponse &response, const Exchange &exchange, const Refusal &refusal)
{
    return rateLimited(response, exchange, refusal.words,
                       "If it persists, check which other integrations use the same tenant; they share its limit of "
                       "requests.")
        .vendorCode(refusal.code)
        .retryAfterMs(response.retryAfterMs == 0 ? usualWaitMs : response.retryAfterMs);
}

/// HaloPSA says that a value is missing. No status is certain for that; the text is.
bool namesMissingValue(const Refusal &refusal)
{
    constexpr std::array<const char *, 7> forms{"must be entered", "is required",  "are required",  "were required",
                                                "was required",    "is mandatory", "required field"};
    return refusal.json &&
           std::any_of(forms.begin(), forms.end(), [&](const char *form) { return mentions(refusal.words, form); });
}

bool namesNoTicket(const Refusal &refusal)
{
    return mentions(refusal.words, "ticket not found");
}

/// The words are about the outcome of a note: HaloPSA demands one, or does not offer it to this agent.
bool namesOutcome(const Exchange &exchange, const Refusal &refusal)
{
    return exchange.effect == Effect::adds &&
           (mentions(refusal.words, "outcome") || mentions(refusal.words, "access to this action"));
}

psa_status statusOfRefused(const psa::HttpResponse &response, const Exchange &exchange, const Refusal &refusal)
{
    if (exchange.effect != Effect::creates && (response.status == 404 || namesNoTicket(refusal)))
        return PSA_NOT_FOUND; // the ticket or note at this path
    return response.status == 409 || exchange.effect == Effect::removes ? PSA_CONFLICT : PSA_INVALID_TICKET;
}

/// HaloPSA understood the request and says what it does not accept.
psa::Error refused(const psa::HttpResponse &response, const Exchange &exchange, const Refusal &refusal)
{
    const std::string said =
        refusal.words.empty() ? "HTTP " + std::to_string(response.status) + " without a reason." : refusal.words;
    const bool none = response.status == 404 || namesNoTicket(refusal);
    if (exchange.effect == Effect::reads)
        return refusedRead(none ? PSA_NOT_FOUND : PSA_INTERNAL, response, exchange, said, refusal.words)
            .vendorCode(refusal.code);
    const psa_status status = statusOfRefused(response, exchange, refusal);
    psa::Error error = answerError(status, "HaloPSA does not accept " + refusedWords(exchange).what + ": " + said,
                                   response, exchange, refusal.words);
    error.vendorCode(refusal.code).hint(refusedWords(exchange).hint);
    if (status == PSA_NOT_FOUND)
        return error;
    if (namesOutcome(exchange, refusal))
        return error.field("outcome").hint(
            "Choose another outcome for notes under Configure, or let the agent of the application use this one in "
            "HaloPSA. The workflow of the ticket may restrict outcomes, too.");
    const bool isTicket = exchange.effect == Effect::creates || exchange.effect == Effect::changes;
    if (const TicketName *name = isTicket ? nameInError(refusal.words) : nullptr)
        error.field(name->ours)
            .hint(mentions(refusal.words, "required fields")
                      ? "Enter every field that the message names, in the ticket or in the ticket "
                        "defaults, then retry it."
                      : hintFor(*name));
    return error;
}

psa::Error refusalError(const psa::HttpResponse &response, const Exchange &exchange, const Refusal &refusal)
{
    if (response.status == 429)
        return tooMany(response, exchange, refusal);
    if (response.status == 401)
        return token(response, exchange, refusal);
    if (response.status == 403 && !namesNoTicket(refusal) && !namesOutcome(exchange, refusal))
        return permission(response, exchange, refusal);
    if (isWebPage(response))
        return wrongHost(response, exchange,
                         "its API answers with a web page, HTTP " + std::to_string(response.status));
    return refused(response, exchange, refusal);
}

std::string outcomeWords(const psa::HttpResponse &response, const Refusal &refusal)
{
    return "HTTP " + std::to_string(response.status) +
           (refusal.words.empty() ? " without a reason" : ", which says: " + refusal.words);
}

/// `text` without the full stop at its end, as a clause.
std::string clause(std::string text)
{
    if (!text.empty() && text.back() == '.')
        text.pop_back();
    return text;
}

psa::Error useless(const psa::HttpResponse &response, const Exchange &exchange, const std::string &why)
{
    return uselessAnswer(response, exchange, clause(why));
}

/// What a success without a usable content means.
psa::Error unreadable(const psa::HttpResponse &response, const Exchange &exchange, const std::string &why)
{
    if (isWebPage(response) && !mutates(exchange.effect))
        return wrongHost(response, exchange, "its API answers with a web page");
    return uselessAnswer(response, exchange, isWebPage(response) ? "its API answers with a web page" : why);
}

} // namespace

Refusal parseRefusal(std::string_view body)
{
    Refusal refusal;
    if (const Object::Ptr document = parseObject(body))
    {
        refusal.json = true;
        refusal.code = codeOf(*document);
        refusal.words = wordsOf(*document, 0);
    }
    else if (const Array::Ptr all = inArray(body))
    {
        refusal.json = true;
        refusal.words = wordsIn(Poco::Dynamic::Var(all), 0);
    }
    else
        refusal.words = plainSentence(body);
    refusal.words = excerpt(refusal.words, shownWords);
    return refusal;
}

bool isWebPage(const psa::HttpResponse &response)
{
    const std::string_view text = trim(response.body);
    return response.answered() && !text.empty() && text.front() == '<';
}

void checkDone(const psa::HttpResponse &response, const Exchange &exchange)
{
    if (!response.answered())
        throwUnanswered(response, exchange);
    if (response.status >= 200 && response.status < 300)
        return;
    const Refusal refusal = parseRefusal(response.body);
    if (isRefusal(response.status) || (mutates(exchange.effect) && namesMissingValue(refusal)))
        throw refusalError(response, exchange, refusal);
    throw useless(response, exchange, outcomeWords(response, refusal));
}

Object::Ptr readObject(const psa::HttpResponse &response, const Exchange &exchange)
{
    checkDone(response, exchange);
    Object::Ptr answer = parseObject(response.body);
    if (!answer)
        if (const Array::Ptr all = parseArray(response.body); all && all->size() > 0)
            answer = all->getObject(0);
    if (!answer)
        throw unreadable(response, exchange, "its response cannot be read");
    if (mutates(exchange.effect) && integerOf(*answer, "id").value_or(0) <= 0)
    {
        const Refusal refusal = parseRefusal(response.body);
        throw outcomeUnknown(response, exchange,
                             refusal.words.empty()
                                 ? std::string(exchange.effect == Effect::adds ? "the response has no note id"
                                                                               : "the response has no ticket id")
                                 : clause("the response has no id and says: " + refusal.words));
    }
    return answer;
}

Rows readPage(const psa::HttpResponse &response, const Exchange &exchange, const std::string &name)
{
    checkDone(response, exchange);
    const Object::Ptr answer = parseObject(response.body);
    if (!answer)
        throw unreadable(response, exchange, "the result of a search cannot be read");
    const std::int64_t count = integerOf(*answer, "record_count").value_or(-1);
    Array::Ptr rows = answer->getArray(name);
    if (!rows && count == 0 && answer->has(name) && answer->isNull(name))
        rows = new Array;
    if (!rows)
        throw uselessAnswer(response, exchange, "the result of a search has no " + name);
    return {rows, count};
}

Array::Ptr readList(const psa::HttpResponse &response, const Exchange &exchange, const std::string &name)
{
    checkDone(response, exchange);
    Array::Ptr rows = parseArray(response.body);
    return rows ? rows : readPage(response, exchange, name).rows;
}

void checkSignedIn(const psa::HttpResponse &response, const Exchange &exchange)
{
    if (!response.answered())
        throwUnanswered(response, exchange);
    if (response.status >= 200 && response.status < 300)
        return;
    const Refusal refusal = parseRefusal(response.body);
    const std::string number = std::to_string(response.status);
    if (!isRefusal(response.status))
        throw useless(response, exchange, "the sign-in got " + outcomeWords(response, refusal));
    if (response.status == 429)
        throw tooMany(response, exchange, refusal);
    if (response.status == 404 || response.status == 405 || isWebPage(response))
        throw wrongHost(response, exchange, number + " on /auth/token");
    if (refusal.code == "invalid_scope" || mentions(refusal.words, "scope"))
        throw wrongField(response, exchange, refusal, "scope", "Scope",
                         "Enter the permissions that the application has in HaloPSA, or leave Scope blank for all.");
    if (mentions(refusal.words, "tenant"))
        throw wrongField(response, exchange, refusal, "tenant", "Tenant",
                         "Copy the tenant from HaloPSA under Configuration → Integrations → HaloPSA API → API Details, "
                         "or leave the field blank to have it detected.");
    throw credentials(response, exchange, refusal);
}

psa::Error wrongHost(const psa::HttpResponse &response, const Exchange &exchange, const std::string &why)
{
    return answerError(PSA_INVALID_CONFIG, "There is no HaloPSA at " + exchange.host + " (" + why + ").", response,
                       exchange, {})
        .field("tenantUrl")
        .hint("Correct the Tenant URL under Configure: the address at which you log in to HaloPSA, such as "
              "https://acme.halopsa.com.");
}

} // namespace psa::plugins::halopsa
