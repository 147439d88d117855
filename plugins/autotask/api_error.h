#pragma once

#include "common/exchange.h"
#include "common/json.h"

#include <string>

namespace psa::plugins::autotask {

/// How texts of this plugin name Autotask and what leads to it.
extern const Psa thePsa;

/// The JSON object of a good answer, or throws what the answer means. Autotask answers with 200 or 500 and a list
/// `errors` for whatever it does not accept; other 5xx, and anything that is not JSON, say nothing about what was done.
Object::Ptr readAnswer(const psa::HttpResponse &response, const Exchange &exchange);

/// The texts of `errors` in one line, without Autotask's "on record number [1]"; empty if there are none.
std::string errorWords(const Object &answer);

} // namespace psa::plugins::autotask
