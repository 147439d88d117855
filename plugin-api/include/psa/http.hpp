// SPDX-License-Identifier: Apache-2.0
//
// psa/http.hpp: psa.http/1 for C++ plugins. Compiled into the plugin; not part of the ABI.
#ifndef PSA_HTTP_HPP
#define PSA_HTTP_HPP

#include <psa/call.hpp>
#include <psa/http.h>

#include <string>
#include <string_view>
#include <vector>

namespace psa {

/// One header; `secret` values are redacted wherever the host shows or stores them.
struct HttpHeader
{
    std::string name{};
    std::string value{};
    bool secret = false;
};

/// A request to the PSA; see psa_http_request. HttpRequest{"GET", url} is a whole one.
struct HttpRequest
{
    std::string method = "GET";
    std::string url{};
    std::vector<HttpHeader> headers{};
    std::string body{};
    std::string limitKey{};
    bool mutates = false;        ///< May change something: never sent twice.
    std::uint32_t timeoutMs = 0; ///< Milliseconds; 0 = the call's deadline alone.
    std::uint32_t flags = 0;     ///< More flags of psa_http_request, such as PSA_HTTP_SECRET_ANSWER.
};

/// How far the request got and what came back; see psa_http_response.
struct HttpResponse
{
    psa_http_delivery delivery = PSA_HTTP_NOT_SENT;
    psa_http_reason reason = PSA_HTTP_REASON_NONE;
    std::uint32_t status = 0;
    std::uint32_t retryAfterMs = 0; ///< Milliseconds; 0 = not said.
    std::vector<HttpHeader> headers{};
    std::string body{};
    std::string detail{};

    bool answered() const noexcept { return delivery == PSA_HTTP_ANSWERED; }
    /// Answered with a 2xx.
    bool succeeded() const noexcept { return answered() && status >= 200 && status < 300; }
};

namespace detail {

inline void copyResponse(void *user, const psa_http_response *raw) noexcept
try
{
    auto &response = *static_cast<HttpResponse *>(user);
    response.delivery = raw->delivery;
    response.reason = raw->reason;
    response.status = raw->status;
    response.retryAfterMs = raw->retry_after_ms;
    for (std::size_t i = 0; i < raw->header_count; ++i)
        response.headers.push_back({std::string(view(raw->headers[i].name)), std::string(view(raw->headers[i].value)),
                                    (raw->headers[i].flags & PSA_HTTP_SECRET) != 0});
    response.body = view(raw->body);
    response.detail = view(raw->detail);
}
catch (...)
{
    // Out of memory in the middle of an answer: what is certain is only that bytes left.
    auto &response = *static_cast<HttpResponse *>(user);
    response.delivery = raw->delivery == PSA_HTTP_NOT_SENT ? PSA_HTTP_NOT_SENT : PSA_HTTP_NO_ANSWER;
    response.reason = PSA_HTTP_REASON_INVALID;
}

} // namespace detail

/// Sends through the host. Throws Error(PSA_UNAVAILABLE) if the host has no psa.http/1 and Error(PSA_INTERNAL) if it
/// calls the request malformed; everything else is in the response.
inline HttpResponse send(Host host, Call &call, const HttpRequest &request)
{
    const auto &http = host.require<psa_http>(PSA_HTTP_ID);
    std::vector<psa_http_header> headers;
    headers.reserve(request.headers.size());
    for (const HttpHeader &header : request.headers)
        headers.push_back({view(header.name), view(header.value), header.secret ? PSA_HTTP_SECRET : 0u, 0});
    const psa_http_request raw{sizeof(psa_http_request), request.flags | (request.mutates ? PSA_HTTP_MUTATES : 0u),
                               view(request.method),     view(request.url),
                               headers.data(),           headers.size(),
                               view(request.body),       view(request.limitKey),
                               request.timeoutMs,        0};
    HttpResponse response;
    if (http.send(call.get(), &raw, &response, &detail::copyResponse) != PSA_OK)
        throw Error(PSA_INTERNAL, "The host did not accept the request that the plugin made.")
            .hint("The log says what was wrong with it; report it to the maker of the plugin.");
    return response;
}

} // namespace psa

#endif
