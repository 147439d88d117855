#pragma once

#include "common/exchange.h"
#include "common/json.h"

#include <string>
#include <string_view>

namespace psa::plugins::halopsa {

/// Texts of this plugin about HaloPSA and how to reach it.
extern const Psa thePsa;

/// HaloPSA's error for a request that it does not accept.
struct Refusal
{
    std::string
        code; ///< "invalid_client": OAuth's error, a result code, or the class of a .NET exception; empty = none.
    std::string words; ///< On one line; empty if the body has no human-readable text.
    bool json = false; ///< It came as JSON, so it was sent by HaloPSA itself.
};

/// Parses an error in any of HaloPSA's forms, or any other text.
Refusal parseRefusal(std::string_view body);

/// A web page: no API of HaloPSA answers like that.
bool isWebPage(const psa::HttpResponse &response);

/// Throws what the response means, unless HaloPSA says that the request was carried out.
void checkDone(const psa::HttpResponse &response, const Exchange &exchange);

/// The object of a good response, or throws what the response means. HaloPSA answers an array of one with an object or
/// with an array. After a changing request the object has an id.
Object::Ptr readObject(const psa::HttpResponse &response, const Exchange &exchange);

/// A part of a list.
struct Rows
{
    Array::Ptr rows;         ///< Never null.
    std::int64_t count = -1; ///< Of the whole list, as HaloPSA says; -1 = it does not.
};

/// The rows of a good response that is a part of a list: the member `name` of an object. Null counts as empty only beside
/// a count of 0. Anything else is an error, never "none".
Rows readPage(const psa::HttpResponse &response, const Exchange &exchange, const std::string &name);

/// The rows of a good response that is a whole list: a bare array, or the member `name` of an object.
Array::Ptr readList(const psa::HttpResponse &response, const Exchange &exchange, const std::string &name);

/// The meaning of a sign-in that was not accepted. Throws; returns if the response is a success.
void checkSignedIn(const psa::HttpResponse &response, const Exchange &exchange);

/// The address has no HaloPSA. `why`: "(404 on /auth/token)".
psa::Error wrongHost(const psa::HttpResponse &response, const Exchange &exchange, const std::string &why);

} // namespace psa::plugins::halopsa
