#pragma once

#include <psa/error.hpp>
#include <psa/http.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace psa::plugins {

/// Texts of a plugin about its PSA and how to reach it.
struct Psa
{
    const char *name;        ///< "Example PSA"
    const char *address;     ///< Title of the configuration field with its address: "Site URL".
    const char *user;        ///< Whose permissions count: "API user".
    const char *policyHint;  ///< What to do if the host does not allow the address.
    const char *connectHint; ///< What to do if nothing accepts the connection.
};

/// What a request may do in the PSA. Without a usable response to one that changes something it is not known whether
/// that was done.
enum class Effect
{
    reads,
    creates, ///< a ticket
    adds,    ///< a note
    changes, ///< a ticket
    removes  ///< a note
};

inline bool mutates(Effect effect)
{
    return effect != Effect::reads;
}

/// The request whose response is judged.
struct Exchange
{
    const Psa &psa;
    std::string what; ///< "POST Tickets", for the log.
    std::string host; ///< Where it was sent, for the operator.
    Effect effect = Effect::reads;
};

/// Throws the meaning of a request without a response: not sent, or no response received.
[[noreturn]] void throwUnanswered(const psa::HttpResponse &response, const Exchange &exchange);

/// An error reported in a response, with status, time to wait and a log line. `words`: the PSA's own; empty = the log
/// gets the beginning of the response.
psa::Error answerError(psa_status status, const std::string &message, const psa::HttpResponse &response,
                       const Exchange &exchange, const std::string &words);

/// A response that says nothing about what was done: unavailable, or an unknown outcome if something may have been
/// changed. `why`: a clause without a full stop.
psa::Error uselessAnswer(const psa::HttpResponse &response, const Exchange &exchange, const std::string &why);

/// The outcome of a changing request without a usable response.
psa::Error outcomeUnknown(const psa::HttpResponse &response, const Exchange &exchange, const std::string &why);

/// How an error tells what the PSA does not accept, and what to do about it.
struct RefusedWords
{
    std::string what; ///< "the note"
    std::string hint;
};
RefusedWords refusedWords(const Exchange &exchange);

/// The PSA does not accept a reading request of the plugin. `said`: a sentence.
psa::Error refusedRead(psa_status status, const psa::HttpResponse &response, const Exchange &exchange,
                       const std::string &said, const std::string &words);

/// The PSA currently accepts no more requests. `hint`: what the operator can check.
psa::Error rateLimited(const psa::HttpResponse &response, const Exchange &exchange, const std::string &words,
                       const std::string &hint);

/// A changing request that was rejected at an address that the PSA has left, and what is now known about the new one.
/// The host allows one changing request per call, so only later calls go there. `what`: "this tenant to another zone (...)".
psa::Error movedAway(const psa::HttpResponse &response, const Exchange &exchange, const std::string &what);

/// True for a response that says that nothing was done. After a time-out on the server's side (408), and any status
/// other than 4xx, that is not known.
bool isRefusal(std::uint32_t status);

/// `response` without any of `secrets` in its body. The host redacts complete secrets in every text, but truncation can
/// cut a secret that the PSA echoed.
psa::HttpResponse withoutSecrets(psa::HttpResponse response, const std::vector<std::string> &secrets);

} // namespace psa::plugins
