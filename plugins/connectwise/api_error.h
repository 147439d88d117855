#pragma once

#include "common/exchange.h"
#include "common/json.h"

#include <string>

namespace psa::plugins::connectwise {

/// How texts of this plugin name ConnectWise and what leads to it.
extern const Psa thePsa;

/// What ConnectWise says about a request that it does not accept.
struct Refusal
{
    std::string code;  ///< "MaxLengthField": of the first error, else of the whole; empty = none.
    std::string field; ///< "status/id": of the first error; empty = none.
    std::string words; ///< On one line; empty if the body has no human-readable text.
    bool json = false; ///< It came as ConnectWise's error document, so the API itself has said it.
};

/// Reads an error document, or any other text.
Refusal parseRefusal(std::string_view body);

/// The request did not reach the API: no such path, or a codebase that the company has left.
bool isWrongRoute(const psa::HttpResponse &response);

/// The JSON object of a good answer, or throws what the answer means. Of a create the object has an id.
Object::Ptr readObject(const psa::HttpResponse &response, const Exchange &exchange);

/// The rows of a good answer, which is a bare JSON array; anything else is an error, never "none".
Array::Ptr readRows(const psa::HttpResponse &response, const Exchange &exchange);

} // namespace psa::plugins::connectwise
