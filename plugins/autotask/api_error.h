#pragma once

#include "common/json.h"

#include <psa/error.hpp>
#include <psa/http.hpp>

#include <string>

namespace plugins::autotask {

/// What a request may do in Autotask.
enum class Effect
{
    reads,
    creates ///< Without a usable answer nobody knows whether it was done.
};

/// The request whose answer is judged.
struct Exchange
{
    std::string what; ///< "POST Tickets", for the log.
    std::string host; ///< Where it was sent, for the operator.
    Effect effect = Effect::reads;
};

/// Throws what a request without an answer means: not sent, or no answer.
[[noreturn]] void throwUnanswered(const psa::HttpResponse &response, const Exchange &exchange);

/// The JSON object of a good answer, or throws what the answer means. Autotask answers with 200 or 500 and a list
/// `errors` for whatever it does not accept; other 5xx, and anything that is not JSON, say nothing about what was done.
Object::Ptr readAnswer(const psa::HttpResponse &response, const Exchange &exchange);

/// The texts of `errors` in one line, without Autotask's "on record number [1]"; empty if there are none.
std::string errorWords(const Object &answer);

/// psa::Error for a request that changes something and has no usable answer.
psa::Error outcomeUnknown(const psa::HttpResponse &response, const Exchange &exchange, const std::string &why);

} // namespace plugins::autotask
