#pragma once

#include "host/http/message.h"

#include <string>
#include <string_view>

namespace psa::http {

/// How the body of a response ends.
enum class BodyEnd
{
    length,    ///< After Content-Length bytes.
    chunks,    ///< With the last chunk.
    connection ///< With the end of the connection.
};

/// The head of `response` as bytes. `keeps`: the connection stays open afterwards.
std::string headText(const ApiResponse &response, BodyEnd end, bool keeps);
/// `bytes`, not empty, as one chunk.
std::string chunkText(std::string_view bytes);

/// Whether compressing `response` is worthwhile and `request` accepts gzip.
bool shouldCompress(const ApiRequest &request, const ApiResponse &response);
/// Applies gzip; takes milliseconds.
void compress(ApiResponse &response);

} // namespace psa::http
