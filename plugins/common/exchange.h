#pragma once

#include "common/psa.h"

#include <psa/error.hpp>
#include <psa/http.hpp>

#include <string>
#include <string_view>

namespace psa::plugins {

/// What a request may do in the PSA.
enum class Effect
{
    reads,
    creates ///< Without a usable response it is not known whether it was done.
};

/// The request whose answer is judged.
struct Exchange
{
    const Psa &psa;
    std::string what; ///< "POST Tickets", for the log.
    std::string host; ///< Where it was sent, for the operator.
    Effect effect = Effect::reads;
};

/// Throws what a request without an answer means: not sent, or no answer.
[[noreturn]] void throwUnanswered(const psa::HttpResponse &response, const Exchange &exchange);

/// An error that an answer gave, with status, time to wait and a log line. `words`: the PSA's own; empty = the log gets
/// the beginning of what it sent.
psa::Error answerError(psa_status status, const std::string &message, const psa::HttpResponse &response,
                       const Exchange &exchange, const std::string &words);

/// An answer that says nothing about what was done: unavailable, or an unknown outcome where something may have been
/// created. `why`: a clause without a full stop.
psa::Error uselessAnswer(const psa::HttpResponse &response, const Exchange &exchange, const std::string &why);

/// The outcome of a request that creates and has no usable answer.
psa::Error outcomeUnknown(const psa::HttpResponse &response, const Exchange &exchange, const std::string &why);

/// The PSA takes no more requests for now. `hint`: what the operator can look at.
psa::Error rateLimited(const psa::HttpResponse &response, const Exchange &exchange, const std::string &words,
                       const std::string &hint);

/// A create that was refused at an address which the PSA has left, with what is now known of the new one. The host lets
/// one changing request of a call pass, so what is sent next goes there. `what`: "this tenant to another zone (...)".
psa::Error movedAway(const psa::HttpResponse &response, const Exchange &exchange, const std::string &what);

/// True for an answer that says that nothing was done. A request that timed out on the server's side (408), and
/// whatever is not a 4xx, leaves it open.
bool isRefusal(std::uint32_t status);

} // namespace psa::plugins
