#include "api_error.h"

#include "common/text.h"
#include "ticket_names.h"

namespace plugins::autotask {
namespace {

constexpr std::size_t shownWords = 1500;

bool contains(const std::string &folded, std::string_view words)
{
    return folded.find(words) != std::string::npos;
}

/// For the log: the request, the status, and Autotask's own words or the beginning of what it sent.
std::string logText(const psa::HttpResponse &response, const Exchange &exchange, const std::string &words)
{
    const std::string shown = words.empty() ? clip(oneLine(response.body), 300).text : words;
    return exchange.what + " at " + exchange.host + ": HTTP " + std::to_string(response.status) +
           (shown.empty() ? ", empty body" : ": " + shown);
}

psa::Error answerError(psa_status status, const std::string &message, const psa::HttpResponse &response,
                       const Exchange &exchange, const std::string &words)
{
    return psa::Error(status, message)
        .httpStatus(response.status)
        .retryAfterMs(response.retryAfterMs)
        .detail(logText(response, exchange, words));
}

psa::Error credentials(const psa::HttpResponse &response, const Exchange &exchange, const std::string &words)
{
    psa::Error error = answerError(PSA_AUTH,
                                   "Autotask does not accept the credentials (401 Unauthorized): API user email or "
                                   "secret is wrong, or the Integration Code.",
                                   response, exchange, words);
    error.hint("Autotask does not say which one. Check the API User (it must end in @APIUSER.com), the API Secret, the "
               "Integration Code and the zone (" +
               exchange.host +
               "), and in Autotask under Admin → Resources/Users (HR) that the user is active, not locked and has an "
               "API User security level. Then correct it under Configure and click Test. Nothing is tried again "
               "until then, because failed logins lock the user.");
    return error;
}

psa::Error integrationCode(const psa::HttpResponse &response, const Exchange &exchange, const std::string &words)
{
    return answerError(PSA_AUTH, "Autotask does not accept the Integration Code: " + words, response, exchange, words)
        .field("integrationCode")
        .hint(
            "Copy the Integration Code from the API Tracking Identifier tab of the API user, paste it under Configure "
            "and click Test.");
}

psa::Error locked(const psa::HttpResponse &response, const Exchange &exchange, const std::string &words)
{
    return answerError(PSA_AUTH, "Autotask has locked the API user: " + words, response, exchange, words)
        .field("userName")
        .hint("Unlock it in Autotask under Admin → Resources/Users (HR), see that no other integration logs in with an "
              "old API Secret, then click Test.");
}

psa::Error permission(const psa::HttpResponse &response, const Exchange &exchange, const std::string &words)
{
    const std::string status = response.status == 403 ? " (403 Forbidden)" : "";
    return answerError(PSA_PERMISSION,
                       "The security level of the API user lacks permission for this" + status +
                           (words.empty() ? "." : ": " + words),
                       response, exchange, words)
        .hint("Use an API User (system) security level or a clone of one, not a regular staff role: in Autotask under "
              "Admin → Resources/Users (HR), the user's Security tab.");
}

psa::Error rateLimited(const psa::HttpResponse &response, const Exchange &exchange, const std::string &words)
{
    return answerError(PSA_RATE_LIMITED,
                       "Autotask does not take more requests at the moment" + (words.empty() ? "." : ": " + words),
                       response, exchange, words)
        .hint("Nothing to do: it is tried again later. If it lasts, see which other integrations use the same "
              "database; they share its limit of requests.");
}

psa::Error wrongRoute(const psa::HttpResponse &response, const Exchange &exchange)
{
    return answerError(PSA_INVALID_CONFIG, "There is no Autotask API at " + exchange.host + " (404 Not Found).",
                       response, exchange, {})
        .field("zoneUrl")
        .hint("Correct the Zone URL under Configure, or leave it blank to have it detected from the API user.");
}

/// Autotask understood the request and says what it does not accept.
psa::Error refused(const psa::HttpResponse &response, const Exchange &exchange, const std::string &words)
{
    const std::string said = words.empty() ? "HTTP " + std::to_string(response.status) + " without a reason." : words;
    if (exchange.effect == Effect::reads)
        return answerError(PSA_INTERNAL, "Autotask does not accept a request of the plugin: " + said, response,
                           exchange, words)
            .hint("Report it to the maker of the plugin, with the log.");
    const TicketName *name = nameInError(words);
    psa::Error error =
        answerError(PSA_INVALID_TICKET, "Autotask does not accept the ticket: " + said, response, exchange, words);
    error.field(name == nullptr ? "" : name->ours)
        .hint(name == nullptr ? "Correct the ticket or the ticket defaults, then retry it." : hintFor(*name));
    return error;
}

psa::Error useless(const psa::HttpResponse &response, const Exchange &exchange, const std::string &why)
{
    if (exchange.effect == Effect::creates)
        return outcomeUnknown(response, exchange, why);
    return answerError(PSA_UNAVAILABLE, "Autotask gives no usable answer: " + why + ".", response, exchange, {})
        .hint("Nothing was changed. Try again in some minutes; if it lasts, look at Autotask's status page.");
}

/// No capture shows this, but other records of Autotask are refused so for a name that is taken.
psa::Error taken(const psa::HttpResponse &response, const Exchange &exchange, const std::string &words)
{
    return answerError(PSA_CONFLICT, "Autotask already has a ticket with this reference: " + words, response, exchange,
                       words)
        .hint("Nothing was created now: the ticket with this reference is looked up.");
}

/// What `words`, Autotask's own, mean.
psa::Error fromWords(const psa::HttpResponse &response, const Exchange &exchange, const std::string &words)
{
    const std::string folded = lower(words);
    if (contains(folded, "integrationcode") || contains(folded, "integration code"))
        return integrationCode(response, exchange, words);
    if (contains(folded, "adequate permissions"))
        return permission(response, exchange, words);
    if (contains(folded, "account has been locked"))
        return locked(response, exchange, words);
    if (exchange.effect == Effect::creates && contains(folded, "already exists") && contains(folded, "externalid"))
        return taken(response, exchange, words);
    return refused(response, exchange, words);
}

/// The request timed out on the server's side (408), and whatever is no 4xx, leaves open what was done.
bool isRefusal(std::uint32_t status)
{
    return status >= 400 && status < 500 && status != 408;
}

struct NotSent
{
    psa_status status;
    const char *message;
    const char *hint;
};

NotSent meaningOf(psa_http_reason reason)
{
    constexpr const char *later = "Nothing was sent. It is safe to try again.";
    switch (reason)
    {
    case PSA_HTTP_REASON_POLICY:
        return {PSA_UNAVAILABLE, "This host does not allow the connection to ",
                "Check the Zone URL and the host's list of allowed addresses."};
    case PSA_HTTP_REASON_DNS:
        return {PSA_UNAVAILABLE, "The name does not resolve: ", "Check this host's DNS and the Zone URL."};
    case PSA_HTTP_REASON_CONNECT:
        return {
            PSA_UNAVAILABLE, "Nothing accepts the connection at ",
            "Check that the firewall lets this host reach it on port 443. Paste a Zone URL manually if your network "
            "blocks only the zone lookup host."};
    case PSA_HTTP_REASON_TLS:
        return {PSA_UNAVAILABLE, "No trusted TLS connection to ",
                "Check this host's clock and whether a proxy replaces certificates; the log says more."};
    case PSA_HTTP_REASON_BUDGET:
        return {PSA_RATE_LIMITED, "The share of requests that this host may send is used up for now: ",
                "Nothing to do: it is sent later."};
    case PSA_HTTP_REASON_TIMEOUT:
        return {PSA_TIMEOUT, "The time was used up before anything was sent to ", later};
    case PSA_HTTP_REASON_CANCELLED:
        return {PSA_CANCELLED, "The host asked to stop before anything was sent to ", later};
    case PSA_HTTP_REASON_DRY_RUN:
        return {PSA_CANCELLED, "Dry run: the request was held back and not sent to ",
                "Turn the dry run off to send it."};
    default:
        return {PSA_UNAVAILABLE, "The request could not be sent to ", later};
    }
}

/// A read without an answer changed nothing.
psa_status statusOfRead(psa_http_reason reason)
{
    return reason == PSA_HTTP_REASON_TIMEOUT     ? PSA_TIMEOUT
           : reason == PSA_HTTP_REASON_CANCELLED ? PSA_CANCELLED
                                                 : PSA_UNAVAILABLE;
}

/// `text` without Autotask's "; on record number [1].", of which there are several spellings.
std::string withoutRecordNumber(const std::string &text)
{
    std::string line = oneLine(text);
    std::size_t at = 0;
    while ((at = line.find("on record number [")) != std::string::npos)
    {
        const std::size_t close = line.find(']', at);
        const std::size_t begin = line.find_last_not_of(" ;", at == 0 ? 0 : at - 1);
        std::string rest = close == std::string::npos ? "" : line.substr(close + 1);
        if (!rest.empty() && rest.front() == '.')
            rest.erase(0, 1);
        line = (begin == std::string::npos || at == 0 ? "" : line.substr(0, begin + 1)) + rest;
    }
    if (!line.empty() && std::string_view(".!?").find(line.back()) == std::string_view::npos)
        line += '.';
    return line;
}

} // namespace

psa::Error outcomeUnknown(const psa::HttpResponse &response, const Exchange &exchange, const std::string &why)
{
    return answerError(PSA_OUTCOME_UNKNOWN, "It is not known whether Autotask created the ticket: " + why + ".",
                       response, exchange, {})
        .hint("Nothing to do now: the ticket is looked up by its reference before anything is sent again.");
}

void throwUnanswered(const psa::HttpResponse &response, const Exchange &exchange)
{
    const std::string log = exchange.what + " at " + exchange.host + ": " + oneLine(response.detail);
    if (response.delivery == PSA_HTTP_NOT_SENT)
    {
        const NotSent meaning = meaningOf(response.reason);
        throw psa::Error(meaning.status, meaning.message + exchange.host + ".")
            .hint(meaning.hint)
            .retryAfterMs(response.retryAfterMs)
            .detail(log);
    }
    if (exchange.effect == Effect::creates)
        throw outcomeUnknown(response, exchange, "the connection ended without an answer").detail(log);
    throw psa::Error(statusOfRead(response.reason), "No answer from " + exchange.host + ".")
        .hint("Nothing was changed. It is safe to try again.")
        .retryAfterMs(response.retryAfterMs)
        .detail(log);
}

std::string errorWords(const Object &answer)
{
    const Array::Ptr errors = answer.getArray("errors");
    std::string words;
    for (std::size_t i = 0; errors && i < errors->size(); ++i)
        if (const std::string text = withoutRecordNumber(textOf(errors->get(static_cast<unsigned>(i)))); !text.empty())
            words += (words.empty() ? "" : " ") + text;
    return clip(words, shownWords).text;
}

Object::Ptr readAnswer(const psa::HttpResponse &response, const Exchange &exchange)
{
    if (!response.answered())
        throwUnanswered(response, exchange);
    const Object::Ptr answer = parseObject(response.body);
    const bool good = response.status >= 200 && response.status < 300;
    const std::string words = answer ? errorWords(*answer) : std::string();
    // What was created is created, whatever else the answer says.
    if (good && answer && exchange.effect == Effect::creates && integerOf(*answer, "itemId").value_or(0) > 0)
        return answer;
    // The status is not certain for this limit; the words are.
    if (response.status == 429 || contains(lower(good ? words : response.body), "thread threshold"))
        throw rateLimited(response, exchange, words);
    if (response.status == 401)
        throw credentials(response, exchange, words);
    if (response.status == 403)
        throw permission(response, exchange, words);
    if (!words.empty())
        throw fromWords(response, exchange, words);
    if (response.status == 404)
        throw wrongRoute(response, exchange);
    if (isRefusal(response.status))
        throw refused(response, exchange, answer ? oneLine(textOf(*answer, "Message")) : std::string());
    if (!good)
        throw useless(response, exchange, "HTTP " + std::to_string(response.status) + " without a reason");
    if (!answer)
        throw useless(response, exchange, "what it sent is not readable");
    if (exchange.effect == Effect::creates)
        throw outcomeUnknown(response, exchange, "the answer has no ticket id");
    return answer;
}

} // namespace plugins::autotask
