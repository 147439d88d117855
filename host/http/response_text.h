#pragma once

#include "host/http/message.h"

#include <string>
#include <string_view>

namespace psa::http {

/// How the body of a response ends.
enum class BodyEnd
{
    length,    ///< After Content-Length bytes.
    chunks,    ///< With a last chunk.
    connection ///< With the connection.
};

/// The head of `response` as bytes. `keeps`: the connection stays open behind it.
std::string headText(const ApiResponse &response, BodyEnd end, bool keeps);
/// `bytes`, which are some, as one chunk.
std::string chunkText(std::string_view bytes);

/// Whether it is worth to compress `response` for `request`, who must say that they take gzip.
bool shouldCompress(const ApiRequest &request, const ApiResponse &response);
/// gzip; takes milliseconds.
void compress(ApiResponse &response);

} // namespace psa::http
