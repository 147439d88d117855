// SPDX-License-Identifier: Apache-2.0
//
// psa/answer.hpp: what the answer to a request means, with the status that is honest. Compiled into the plugin; not
// part of the ABI.
//
//     const psa::HttpResponse response = psa::send(host, call, request);
//     if (!response.succeeded())
//         throw psa::failureOf(request, response, "Example PSA", wordsOfItsErrorBody);
#ifndef PSA_ANSWER_HPP
#define PSA_ANSWER_HPP

#include <psa/http.hpp>
#include <psa/text.hpp>

#include <string>
#include <string_view>

namespace psa {

namespace detail {

/// "POST /v1/tickets at api.example.com". The query is omitted because it may be confidential.
inline std::string nameOf(const HttpRequest &request)
{
    const std::string_view url = request.url;
    const std::size_t scheme = url.find("://");
    const std::string_view rest = url.substr(scheme == std::string_view::npos ? 0 : scheme + 3);
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    return request.method + " " + std::string(rest.substr(slash, rest.find('?') - slash)) + " at " +
           std::string(rest.substr(0, slash));
}

/// An error with everything that the response itself says. `said`: part of its body, for the log.
inline Error errorOf(psa_status status, std::string message, const HttpRequest &request, const HttpResponse &response,
                     const std::string &said)
{
    const std::string http = response.answered() ? "HTTP " + std::to_string(response.status) : "no answer";
    Error error(status, std::move(message));
    error.httpStatus(response.status).retryAfterMs(response.retryAfterMs);
    error.detail(nameOf(request) + ": " + http + (said.empty() ? "" : ": " + said));
    return error;
}

/// The same with the beginning of the body. Only for an error body: that of a success may contain a token, or what is
/// nobody else's business.
inline Error errorOf(psa_status status, std::string message, const HttpRequest &request, const HttpResponse &response)
{
    return errorOf(status, std::move(message), request, response,
                   excerpt(response.answered() ? response.body : response.detail, 300));
}

inline Error outcomeUnknown(const HttpRequest &request, const HttpResponse &response, const std::string &psaName,
                            const std::string &why, const std::string &said)
{
    return errorOf(PSA_OUTCOME_UNKNOWN, "It is not known whether " + psaName + " did it: " + why + ".", request,
                   response, said)
        .hint("Nothing to do now: the ticket is looked up by its reference before anything is sent again.");
}

/// An answer of no use, of which `said` goes into the log.
inline Error unusable(const HttpRequest &request, const HttpResponse &response, const std::string &psaName,
                      const std::string &why, const std::string &said)
{
    if (request.mutates)
        return outcomeUnknown(request, response, psaName, why, said);
    return errorOf(PSA_UNAVAILABLE, psaName + " did not return a usable response: " + why + ".", request, response,
                   said)
        .hint("Nothing was changed. Try again in some minutes; if it persists, check the status page of " + psaName +
              ".");
}

inline Error notSent(const HttpRequest &request, const HttpResponse &response, const std::string &psaName)
{
    const auto error = [&](psa_status status, const std::string &message, const char *hint) {
        return errorOf(status, message, request, response).hint(hint);
    };
    switch (response.reason)
    {
    case PSA_HTTP_REASON_POLICY:
        return error(PSA_UNAVAILABLE, "This host does not allow the connection to " + psaName + ".",
                     "Check the address under Configure and the host's list of allowed addresses.");
    case PSA_HTTP_REASON_DNS:
        return error(PSA_UNAVAILABLE, "The name of " + psaName + " does not resolve.",
                     "Check this host's DNS and the address under Configure.");
    case PSA_HTTP_REASON_CONNECT:
        return error(PSA_UNAVAILABLE, "Nothing accepts the connection to " + psaName + ".",
                     "Check that the firewall lets this host reach it on port 443.");
    case PSA_HTTP_REASON_TLS:
        return error(PSA_UNAVAILABLE, "There is no trusted TLS connection to " + psaName + ".",
                     "Check this host's clock and whether a proxy replaces certificates; the log says more.");
    case PSA_HTTP_REASON_BUDGET:
        return error(PSA_RATE_LIMITED, "The host's share of requests to " + psaName + " is used up for now.",
                     "Nothing to do: it is sent later.");
    case PSA_HTTP_REASON_TIMEOUT:
        return error(PSA_TIMEOUT, "The deadline passed before anything was sent to " + psaName + ".",
                     "It is safe to try again.");
    case PSA_HTTP_REASON_CANCELLED:
        return error(PSA_CANCELLED, "The host asked to stop before anything was sent to " + psaName + ".",
                     "It is safe to try again.");
    case PSA_HTTP_REASON_DRY_RUN:
        return error(PSA_CANCELLED, "Dry run: the request was withheld and not sent to " + psaName + ".",
                     "Turn the dry run off to send it.");
    default:
        return error(PSA_UNAVAILABLE, "The request could not be sent to " + psaName + ".", "It is safe to try again.");
    }
}

inline Error noAnswer(const HttpRequest &request, const HttpResponse &response, const std::string &psaName)
{
    if (request.mutates)
        return outcomeUnknown(request, response, psaName, "the connection ended without a response",
                              excerpt(response.detail, 300));
    const psa_status status = response.reason == PSA_HTTP_REASON_TIMEOUT     ? PSA_TIMEOUT
                              : response.reason == PSA_HTTP_REASON_CANCELLED ? PSA_CANCELLED
                                                                             : PSA_UNAVAILABLE;
    return errorOf(status, "No response from " + psaName + ".", request, response)
        .hint("Nothing was changed. It is safe to try again.");
}

/// Is `request` one for a token of OAuth 2 (RFC 6749, section 4)?
inline bool asksForToken(const HttpRequest &request)
{
    const std::size_t at = request.body.find("grant_type=");
    return at == 0 || (at != std::string::npos && request.body[at - 1] == '&');
}

/// A login that is refused as such: many a PSA, and RFC 6749, answer a wrong secret with 400.
inline Error refusedLogin(const HttpRequest &request, const HttpResponse &response, const std::string &psaName,
                          const std::string &said)
{
    return errorOf(PSA_AUTH,
                   psaName + " does not accept the credentials (" + std::to_string(response.status) + ")" + said,
                   request, response)
        .hint("Correct them under Configure and click Test. psa-host does not retry until then.");
}

inline Error refused(const HttpRequest &request, const HttpResponse &response, const std::string &psaName,
                     const std::string &said, bool isLogin)
{
    const auto error = [&](psa_status status, const std::string &message, const std::string &hint) {
        return errorOf(status, psaName + message + said, request, response).hint(hint);
    };
    switch (response.status)
    {
    case 401:
        return refusedLogin(request, response, psaName, said);
    case 403:
        return error(PSA_PERMISSION, " does not let this user do it (403)",
                     "Grant the user that psa-host signs in with the right to do it in " + psaName +
                         ", then click Test.");
    case 404:
        return error(PSA_NOT_FOUND, " has nothing there (404)", "Check the address under Configure and the ids used.");
    case 409:
        return error(PSA_CONFLICT, " has it already, or someone else changed it (409)", "Check it in " + psaName + ".");
    case 429:
        return error(PSA_RATE_LIMITED, " does not take more requests at the moment (429)",
                     "Nothing to do: it is retried later.");
    default:
        if (isLogin)
            return refusedLogin(request, response, psaName, said);
        return request.mutates ? error(PSA_INVALID_TICKET, " does not accept the ticket",
                                       "Correct the ticket or the ticket defaults, then retry it.")
                               : error(PSA_INTERNAL, " does not accept a request of the plugin",
                                       "Report it to the maker of the plugin, with the log.");
    }
}

} // namespace detail

/// Answered with success, but `why` ("the response has no ticket id") it is of no use: after a changing request that
/// leaves open what was done. Nothing of the body gets into the error: it may hold a token. Of its kind and size the
/// log has enough to begin with.
inline Error unusableAnswer(const HttpRequest &request, const HttpResponse &response, const std::string &psaName,
                            const std::string &why)
{
    return detail::unusable(request, response, psaName, why,
                            "a body of " + std::to_string(response.body.size()) + " bytes");
}

namespace detail {

inline Error failure(const HttpRequest &request, const HttpResponse &response, const std::string &psaName,
                     std::string_view words, bool isLogin)
{
    if (response.delivery == PSA_HTTP_NOT_SENT)
        return notSent(request, response, psaName);
    if (!response.answered())
        return noAnswer(request, response, psaName);
    const std::string own = excerpt(words, 1500);
    // A server that timed out (408) does not say how far it got.
    if (response.status >= 400 && response.status < 500 && response.status != 408)
        return refused(request, response, psaName, own.empty() ? "." : ": " + own, isLogin);
    return unusable(request, response, psaName,
                    "HTTP " + std::to_string(response.status) + (own.empty() ? "" : ", " + own),
                    response.status < 300 ? "" : excerpt(response.body, 300));
}

} // namespace detail

/// The error for a `response` that did not succeed. `words`: the PSA's own message, taken from its error body; may be
/// empty. Message and hint suit any PSA: set a better hint, or a field, where you know one.
///
///     what came                      after a read                    after a changing request
///     not sent                       by the reason                   the same
///     no answer                      timeout, cancelled, unavailable outcome_unknown
///     401, 403, 404, 409, 429        auth, permission, not_found,    the same
///                                    conflict, rate_limited
///     any other 4xx but 408          internal: the plugin is wrong   invalid_ticket
///     anything else                  unavailable                     outcome_unknown
///
/// A request for an OAuth token (grant_type in its body) is judged as loginFailureOf() does.
inline Error failureOf(const HttpRequest &request, const HttpResponse &response, const std::string &psaName,
                       std::string_view words = {})
{
    return detail::failure(request, response, psaName, words, detail::asksForToken(request));
}

/// The same for a request that signs in, whatever it looks like: any other 4xx is auth, since it is the credentials
/// that were refused and not what the plugin asks for.
inline Error loginFailureOf(const HttpRequest &request, const HttpResponse &response, const std::string &psaName,
                            std::string_view words = {})
{
    return detail::failure(request, response, psaName, words, true);
}

} // namespace psa

#endif
