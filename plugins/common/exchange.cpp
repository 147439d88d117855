#include "common/exchange.h"

#include "common/text.h"

#include <Poco/String.h>

namespace psa::plugins {
namespace {

constexpr std::size_t shownBody = 300;

/// The PSA's own words, or the beginning of its response. The body of a success is the requested data, which does not
/// belong in a log.
std::string shownOf(const psa::HttpResponse &response, const std::string &words)
{
    if (!words.empty())
        return ": " + words;
    if (response.body.empty())
        return ", empty body";
    return response.status < 300 ? ", a body of " + std::to_string(response.body.size()) + " bytes"
                                 : ": " + excerpt(response.body, shownBody);
}

/// For the log: the request, the status and the PSA's text.
std::string logText(const psa::HttpResponse &response, const Exchange &exchange, const std::string &words)
{
    return exchange.what + " at " + exchange.host + ": HTTP " + std::to_string(response.status) +
           shownOf(response, words);
}

/// How an error tells what a request should have done, and what happens next.
struct EffectWords
{
    const char *done; ///< "created the ticket"
    const char *none; ///< "nothing was created"
    const char *next;
};

EffectWords effectWords(Effect effect)
{
    switch (effect)
    {
    case Effect::adds:
        return {"added the note", "nothing was added",
                "Nothing to do now: the note is looked up by its reference before anything is sent again."};
    case Effect::changes:
        return {"changed the ticket", "nothing was changed",
                "Nothing to do now: the ticket is read before anything is sent again."};
    case Effect::removes:
        return {"deleted the note", "nothing was deleted",
                "Nothing to do now: the notes are looked up before anything is sent again."};
    default:
        return {"created the ticket", "nothing was created",
                "Nothing to do now: the ticket is looked up by its reference before anything is sent again."};
    }
}

struct NotSent
{
    psa_status status;
    const char *message;
    std::string hint;
};

NotSent meaningOf(psa_http_reason reason, const Psa &psa)
{
    constexpr const char *later = "Nothing was sent. It is safe to try again.";
    switch (reason)
    {
    case PSA_HTTP_REASON_POLICY:
        return {PSA_UNAVAILABLE, "This host does not allow the connection to ", psa.policyHint};
    case PSA_HTTP_REASON_DNS:
        return {PSA_UNAVAILABLE,
                "The name does not resolve: ", std::string("Check this host's DNS and the ") + psa.address + "."};
    case PSA_HTTP_REASON_CONNECT:
        return {PSA_UNAVAILABLE, "Nothing accepts the connection at ", psa.connectHint};
    case PSA_HTTP_REASON_TLS:
        return {PSA_UNAVAILABLE, "No trusted TLS connection to ",
                "Check this host's clock and whether a proxy replaces certificates; the log says more."};
    case PSA_HTTP_REASON_BUDGET:
        return {PSA_RATE_LIMITED,
                "The host's share of requests is used up for now: ", "Nothing to do: it is sent later."};
    case PSA_HTTP_REASON_TIMEOUT:
        return {PSA_TIMEOUT, "The deadline passed before anything was sent to ", later};
    case PSA_HTTP_REASON_CANCELLED:
        return {PSA_CANCELLED, "The host asked to stop before anything was sent to ", later};
    case PSA_HTTP_REASON_DRY_RUN:
        return {PSA_CANCELLED, "Dry run: the request was withheld and not sent to ",
                "Turn the dry run off to send it."};
    default:
        return {PSA_UNAVAILABLE, "The request could not be sent to ", later};
    }
}

/// A read without a response changed nothing.
psa_status statusOfRead(psa_http_reason reason)
{
    return reason == PSA_HTTP_REASON_TIMEOUT     ? PSA_TIMEOUT
           : reason == PSA_HTTP_REASON_CANCELLED ? PSA_CANCELLED
                                                 : PSA_UNAVAILABLE;
}

} // namespace

void throwUnanswered(const psa::HttpResponse &response, const Exchange &exchange)
{
    const std::string log = exchange.what + " at " + exchange.host + ": " + oneLine(response.detail);
    if (response.delivery == PSA_HTTP_NOT_SENT)
    {
        const NotSent meaning = meaningOf(response.reason, exchange.psa);
        throw psa::Error(meaning.status, meaning.message + exchange.host + ".")
            .hint(meaning.hint)
            .retryAfterMs(response.retryAfterMs)
            .detail(log);
    }
    if (mutates(exchange.effect))
        throw outcomeUnknown(response, exchange, "the connection ended without a response").detail(log);
    throw psa::Error(statusOfRead(response.reason), "No response from " + exchange.host + ".")
        .hint("Nothing was changed. It is safe to try again.")
        .retryAfterMs(response.retryAfterMs)
        .detail(log);
}

psa::Error answerError(psa_status status, const std::string &message, const psa::HttpResponse &response,
                       const Exchange &exchange, const std::string &words)
{
    return psa::Error(status, message)
        .httpStatus(response.status)
        .retryAfterMs(response.retryAfterMs)
        .detail(logText(response, exchange, words));
}

psa::Error uselessAnswer(const psa::HttpResponse &response, const Exchange &exchange, const std::string &why)
{
    if (mutates(exchange.effect))
        return outcomeUnknown(response, exchange, why);
    const std::string psa = exchange.psa.name;
    return answerError(PSA_UNAVAILABLE, psa + " did not return a usable response: " + why + ".", response, exchange, {})
        .hint("Nothing was changed. Try again in some minutes; if it persists, check " + psa + "'s status page.");
}

psa::Error outcomeUnknown(const psa::HttpResponse &response, const Exchange &exchange, const std::string &why)
{
    const EffectWords words = effectWords(exchange.effect);
    return answerError(PSA_OUTCOME_UNKNOWN,
                       std::string("It is not known whether ") + exchange.psa.name + " " + words.done + ": " + why +
                           ".",
                       response, exchange, {})
        .hint(words.next);
}

RefusedWords refusedWords(const Exchange &exchange)
{
    const std::string psa = exchange.psa.name;
    switch (exchange.effect)
    {
    case Effect::adds:
        return {"the note", "Correct the note, or open the ticket in " + psa + " to see whether it takes notes."};
    case Effect::changes:
        return {"the change", "Open the ticket in " + psa + ": it may demand other values first."};
    case Effect::removes:
        return {"that the note is deleted", "Delete it in " + psa + "."};
    default:
        return {"the ticket", "Correct the ticket or the ticket defaults, then retry it."};
    }
}

psa::Error refusedRead(psa_status status, const psa::HttpResponse &response, const Exchange &exchange,
                       const std::string &said, const std::string &words)
{
    return answerError(status, std::string(exchange.psa.name) + " does not accept a request of the plugin: " + said,
                       response, exchange, words)
        .hint("Report it to the maker of the plugin, with the log.");
}

psa::Error rateLimited(const psa::HttpResponse &response, const Exchange &exchange, const std::string &words,
                       const std::string &hint)
{
    return answerError(PSA_RATE_LIMITED,
                       std::string(exchange.psa.name) + " does not take more requests at the moment" +
                           (words.empty() ? "." : ": " + words),
                       response, exchange, words)
        .hint("Nothing to do: it is retried later. " + hint);
}

psa::Error movedAway(const psa::HttpResponse &response, const Exchange &exchange, const std::string &what)
{
    return answerError(PSA_UNAVAILABLE,
                       std::string(exchange.psa.name) + " has moved " + what + "; " +
                           effectWords(exchange.effect).none + " at the old address.",
                       response, exchange, {})
        .hint("Nothing to do: the next request goes to the new address.");
}

bool isRefusal(std::uint32_t status)
{
    return status >= 400 && status < 500 && status != 408;
}

psa::HttpResponse withoutSecrets(psa::HttpResponse response, const std::vector<std::string> &secrets)
{
    constexpr std::size_t shortest = 4; // as in the host: a shorter one would match everywhere
    for (const std::string &secret : secrets)
        if (secret.size() >= shortest)
            Poco::replaceInPlace(response.body, secret, std::string("[redacted]"));
    return response;
}

} // namespace psa::plugins
