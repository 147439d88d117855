#pragma once

#include "common/exchange.h"
#include "common/json.h"

#include <string>

namespace psa::plugins::autotask {

/// Texts of this plugin about Autotask and how to reach it.
extern const Psa thePsa;

/// Returns the JSON object of a good response, or throws what the response means. Autotask responds with 200 or 500 and
/// a list `errors` to everything that it does not accept; other 5xx, and anything that is not JSON, say nothing about
/// what was done.
Object::Ptr readAnswer(const psa::HttpResponse &response, const Exchange &exchange);

/// The texts of `errors` on one line, without Autotask's "on record number [1]"; empty if there are none.
std::string errorWords(const Object &answer);

} // namespace psa::plugins::autotask
