#pragma once

#include "common/exchange.h"
#include "common/json.h"

#include <string>

namespace psa::plugins::connectwise {

/// Texts of this plugin about ConnectWise and how to reach it.
extern const Psa thePsa;

/// ConnectWise's error for a request that it does not accept.
struct Refusal
{
    std::string code;  ///< "MaxLengthField": of the first error, otherwise of the whole document; empty = none.
    std::string field; ///< "status/id": of the first error; empty = none.
    std::string words; ///< On one line; empty if the body has no human-readable text.
    bool json = false; ///< It came as ConnectWise's error document, so it was sent by the API itself.
};

/// Parses an error document, or any other text.
Refusal parseRefusal(std::string_view body);

/// The request did not reach the API: no such path, or a codebase that the company has left.
bool isWrongRoute(const psa::HttpResponse &response);

/// Throws what the response means, unless ConnectWise says that the request was carried out.
void checkDone(const psa::HttpResponse &response, const Exchange &exchange);

/// Returns the JSON object of a good response, or throws what the response means. After a changing request it has an
/// id.
Object::Ptr readObject(const psa::HttpResponse &response, const Exchange &exchange);

/// The rows of a good response, which is a bare JSON array; anything else is an error, never "none".
Array::Ptr readRows(const psa::HttpResponse &response, const Exchange &exchange);

} // namespace psa::plugins::connectwise
