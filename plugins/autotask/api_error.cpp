#include "api_error.h"

#include "common/text.h"
#include "ticket_names.h"

namespace psa::plugins::autotask {

const Psa thePsa{"Autotask", "Zone URL", "API user", "Check the Zone URL and the host's list of allowed addresses.",
                 "Check that the firewall lets this host reach it on port 443. Paste a Zone URL manually if your "
                 "network blocks only "
                 "the zone lookup host."};

namespace {

constexpr std::size_t shownWords = 1500;

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
               "API User security level. Then correct it under Configure and click Test. psa-host does not retry until "
               "then, because failed logins lock the user.");
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
        .hint("Unlock it in Autotask under Admin → Resources/Users (HR), make sure that no other integration logs in "
              "with an old API Secret, then click Test.");
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

psa::Error tooMany(const psa::HttpResponse &response, const Exchange &exchange, const std::string &words)
{
    return rateLimited(
        response, exchange, words,
        "If it persists, check which other integrations use the same database; they share its limit of requests.");
}

psa::Error wrongRoute(const psa::HttpResponse &response, const Exchange &exchange)
{
    return answerError(PSA_INVALID_CONFIG, "There is no Autotask API at " + exchange.host + " (404 Not Found).",
                       response, exchange, {})
        .field("zoneUrl")
        .hint("Correct the Zone URL under Configure, or leave it blank to have it detected from the API user.");
}

/// What a request that Autotask does not accept was about.
const char *nounOf(Effect effect)
{
    return effect == Effect::adds ? "note" : effect == Effect::changes ? "change" : "ticket";
}

/// What to do about a ticket, note or change that Autotask rejects for no field that the plugin writes.
const char *adviceFor(Effect effect, const std::string &words)
{
    if (effect == Effect::changes && mentions(words, "resolution"))
        return "The category of the ticket demands a resolution before it is completed. Complete the ticket in "
               "Autotask, or make the resolution optional in the category.";
    return effect == Effect::creates ? "Correct the ticket or the ticket defaults, then retry it."
                                     : "Look at the ticket in Autotask, correct what it names, then retry it.";
}

/// Autotask understood the request and says what it does not accept.
psa::Error refused(const psa::HttpResponse &response, const Exchange &exchange, const std::string &words)
{
    const std::string said = words.empty() ? "HTTP " + std::to_string(response.status) + " without a reason." : words;
    if (exchange.effect == Effect::reads)
        return refusedRead(PSA_INTERNAL, response, exchange, said, words);
    const TicketName *name = exchange.effect == Effect::adds ? nullptr : nameInError(words);
    psa::Error error = answerError(PSA_INVALID_TICKET,
                                   std::string("Autotask does not accept the ") + nounOf(exchange.effect) + ": " + said,
                                   response, exchange, words);
    error.field(name == nullptr ? "" : name->ours);
    if (name == nullptr)
        return error.hint(adviceFor(exchange.effect, words));
    return error.hint(exchange.effect == Effect::changes ? std::string("Choose another value for \"") + name->title +
                                                               "\", or change the ticket in Autotask."
                                                         : hintFor(*name));
}

/// No capture shows this, but other records of Autotask are rejected like this if a name is taken.
psa::Error taken(const psa::HttpResponse &response, const Exchange &exchange, const std::string &words)
{
    return answerError(PSA_CONFLICT, "Autotask already has a ticket with this reference: " + words, response, exchange,
                       words)
        .hint("Nothing was created now: the ticket with this reference is looked up.");
}

/// True if Autotask says that it has no such ticket to be changed, or to get a note.
bool isWithoutTicket(Effect effect, const std::string &words)
{
    return (effect == Effect::changes && mentions(words, "no matching records found")) ||
           (effect == Effect::adds && mentions(words, "ticketid") && mentions(words, "does not exist"));
}

psa::Error gone(const psa::HttpResponse &response, const Exchange &exchange, const std::string &words)
{
    return answerError(PSA_NOT_FOUND,
                       "Autotask does not have this ticket any more, or the API user may not see it: " + words,
                       response, exchange, words)
        .hint("Open it in Autotask to see whether it was deleted or moved.");
}

/// In some zones the route for changes does not exist. A full update (PUT) would empty every field that it does not
/// name, so it is no substitute.
psa::Error withoutChanges(const psa::HttpResponse &response, const Exchange &exchange)
{
    return answerError(PSA_INVALID_TICKET,
                       "This zone of Autotask (" + exchange.host + ") does not let integrations change tickets (" +
                           std::to_string(response.status) + " for PATCH Tickets).",
                       response, exchange, {})
        .hint("Change the ticket in Autotask, and ask Autotask's support for PATCH /V1.0/Tickets in this zone. The "
              "change is not sent in another way, because that could empty other fields of the ticket.");
}

/// The meaning of Autotask's own `words`.
psa::Error fromWords(const psa::HttpResponse &response, const Exchange &exchange, const std::string &words)
{
    if (mentions(words, "integrationcode") || mentions(words, "integration code"))
        return integrationCode(response, exchange, words);
    if (mentions(words, "adequate permissions"))
        return permission(response, exchange, words);
    if (mentions(words, "account has been locked"))
        return locked(response, exchange, words);
    if (exchange.effect == Effect::creates && mentions(words, "already exists") && mentions(words, "externalid"))
        return taken(response, exchange, words);
    if (isWithoutTicket(exchange.effect, words))
        return gone(response, exchange, words);
    return refused(response, exchange, words);
}

/// `text` without Autotask's "; on record number [1].", which has several spellings.
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
    return sentence(line);
}

} // namespace

std::string errorWords(const Object &answer)
{
    const Array::Ptr errors = answer.getArray("errors");
    std::string words;
    for (std::size_t i = 0; errors && i < errors->size(); ++i)
        if (const std::string text = withoutRecordNumber(textOf(errors->get(static_cast<unsigned>(i)))); !text.empty())
            words += (words.empty() ? "" : " ") + text;
    return excerpt(words, shownWords);
}

Object::Ptr readAnswer(const psa::HttpResponse &response, const Exchange &exchange)
{
    if (!response.answered())
        throwUnanswered(response, exchange);
    const Object::Ptr answer = parseObject(response.body);
    const bool good = response.status >= 200 && response.status < 300;
    const std::string words = answer ? errorWords(*answer) : std::string();
    // What was written is written, whatever else the response says.
    if (good && answer && mutates(exchange.effect) && integerOf(*answer, "itemId").value_or(0) > 0)
        return answer;
    // The status for this limit is not certain; the text is.
    if (response.status == 429 || mentions(good ? words : response.body, "thread threshold"))
        throw tooMany(response, exchange, words);
    if (response.status == 401)
        throw credentials(response, exchange, words);
    if (response.status == 403)
        throw permission(response, exchange, words);
    if (!words.empty())
        throw fromWords(response, exchange, words);
    if (exchange.effect == Effect::changes && (response.status == 404 || response.status == 405))
        throw withoutChanges(response, exchange);
    if (response.status == 404)
        throw wrongRoute(response, exchange);
    if (isRefusal(response.status))
        throw refused(response, exchange, answer ? oneLine(textOf(*answer, "Message")) : std::string());
    if (!good)
        throw uselessAnswer(response, exchange, "HTTP " + std::to_string(response.status) + " without a reason");
    if (!answer)
        throw uselessAnswer(response, exchange, "its response cannot be read");
    if (mutates(exchange.effect))
        throw outcomeUnknown(response, exchange,
                             exchange.effect == Effect::adds ? "the response has no note id"
                                                             : "the response has no ticket id");
    return answer;
}

} // namespace psa::plugins::autotask
