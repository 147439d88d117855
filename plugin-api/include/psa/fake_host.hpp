// SPDX-License-Identifier: Apache-2.0
//
// psa/fake_host.hpp: the host in memory of psa/testing.hpp. Do not include it yourself.
#ifndef PSA_FAKE_HOST_HPP
#define PSA_FAKE_HOST_HPP

#include <psa/cache.h>
#include <psa/clock.h>
#include <psa/http.hpp>
#include <psa/secrets.h>

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace psa::testing {

inline HttpResponse answered(std::uint32_t status, std::string body, std::uint32_t retryAfterMs = 0)
{
    return {PSA_HTTP_ANSWERED, PSA_HTTP_REASON_NONE, status, retryAfterMs, {}, std::move(body), {}};
}

inline HttpResponse notSent(psa_http_reason reason, std::uint32_t retryAfterMs = 0)
{
    return {PSA_HTTP_NOT_SENT, reason, 0, retryAfterMs, {}, {}, {}};
}

/// The request left and nothing usable came back.
inline HttpResponse noAnswer(psa_http_reason reason = PSA_HTTP_REASON_CLOSED)
{
    return {PSA_HTTP_NO_ANSWER, reason, 0, 0, {}, {}, {}};
}

/// How a call ended.
struct Outcome
{
    psa_status status = PSA_INTERNAL;
    std::string result;
    std::string message;
    std::string hint;
    std::string detail;
    std::string vendorCode;
    std::string field;
    std::uint32_t httpStatus = 0;
    std::uint32_t retryAfterMs = 0;
};

/// What a test sets and inspects.
struct FakeHostState
{
    std::vector<HttpRequest> sent; ///< What the plugin asked to send, in order.
    std::vector<std::string> log;
    std::map<std::string, std::string> cache;
    std::vector<std::string> learned;           ///< What the plugin gave to psa.secrets/1.
    std::map<std::string, std::string> secrets; ///< What it keeps there; each is learned too.
    std::int64_t unixMs = 1795534200000;        ///< 2026-11-24T15:30:00Z
    std::int64_t remainingMs = 30000;           ///< What each call has left; it does not run down.
    bool cancelled = false;
    bool withHttp = true; ///< False: a host that cannot send.
};

/// Offers psa.http/1 with scripted answers, psa.cache/1, psa.secrets/1, and psa.clock/1 standing still. Not for several threads.
class FakeHost : public FakeHostState
{
public:
    FakeHost() = default;
    FakeHost(const FakeHost &) = delete;
    FakeHost &operator=(const FakeHost &) = delete;
    ~FakeHost() = default;

    /// The next request of `method` to exactly `url` gets `answer`; the last answer for an address stays. A request
    /// that nobody expected is not sent.
    FakeHost &on(const std::string &method, const std::string &url, HttpResponse answer)
    {
        script_[method + " " + url].push_back(std::move(answer));
        return *this;
    }

    /// The next request that no on() is about gets `answer`, whatever it asks for; each answer is given once.
    FakeHost &onAnything(HttpResponse answer)
    {
        anything_.push_back(std::move(answer));
        return *this;
    }

    const psa_host *get() const noexcept { return &host_; }

private:
    friend class PluginUnderTest;

    struct CallData
    {
        FakeHost &host;
        Outcome outcome;
    };

    static FakeHost &of(const psa_host *host) { return *static_cast<FakeHost *>(host->host_data); }
    static CallData &of(const psa_call *call) { return *static_cast<CallData *>(call->host_data); }

    static const void *extension(const psa_host *raw, const char *id)
    {
        static constexpr psa_http http{sizeof(psa_http), 0, &send};
        static constexpr psa_cache cache{sizeof(psa_cache), 0, &cacheGet, &cachePut};
        static constexpr psa_secrets secrets{sizeof(psa_secrets), 0, &learn, &keep, &kept};
        static constexpr psa_clock clock{sizeof(psa_clock), 0, &now, &now};
        const std::string_view wanted = id;
        if (wanted == PSA_HTTP_ID)
            return of(raw).withHttp ? &http : nullptr;
        if (wanted == PSA_CACHE_ID)
            return &cache;
        if (wanted == PSA_SECRETS_ID)
            return &secrets;
        return wanted == PSA_CLOCK_ID ? &clock : nullptr;
    }

    static psa_status send(const psa_call *call, const psa_http_request *raw, void *user, psa_http_on_response respond)
    {
        FakeHost &host = of(call).host;
        HttpRequest request{std::string(view(raw->method)),
                            std::string(view(raw->url)),
                            {},
                            std::string(view(raw->body)),
                            std::string(view(raw->limit_key)),
                            (raw->flags & PSA_HTTP_MUTATES) != 0,
                            raw->timeout_ms,
                            raw->flags & ~PSA_HTTP_MUTATES};
        for (std::size_t i = 0; i < raw->header_count; ++i)
            request.headers.push_back({std::string(view(raw->headers[i].name)),
                                       std::string(view(raw->headers[i].value)),
                                       (raw->headers[i].flags & PSA_HTTP_SECRET) != 0});
        const HttpResponse answer = host.answerTo(request);
        host.sent.push_back(std::move(request));
        std::vector<psa_http_header> headers;
        for (const HttpHeader &header : answer.headers)
            headers.push_back({view(header.name), view(header.value), header.secret ? PSA_HTTP_SECRET : 0U, 0});
        psa_http_response response{};
        response.struct_size = sizeof response;
        response.headers = headers.data();
        response.header_count = headers.size();
        response.delivery = answer.delivery;
        response.reason = answer.reason;
        response.status = answer.status;
        response.body = view(answer.body);
        response.detail = view(answer.detail);
        response.retry_after_ms = answer.retryAfterMs;
        respond(user, &response);
        return PSA_OK;
    }

    HttpResponse answerTo(const HttpRequest &request)
    {
        const auto found = script_.find(request.method + " " + request.url);
        HttpResponse answer = notSent(PSA_HTTP_REASON_POLICY);
        answer.detail = "no answer is scripted for " + request.method + " " + request.url;
        if (found == script_.end())
        {
            if (!anything_.empty())
            {
                answer = std::move(anything_.front());
                anything_.pop_front();
            }
            return answer;
        }
        answer = found->second.front();
        if (found->second.size() > 1)
            found->second.pop_front();
        return answer;
    }

    using Values = std::map<std::string, std::string>;

    static psa_status look(const Values &values, psa_str key, void *user, void(PSA_CALL *onValue)(void *, psa_str))
    {
        const auto found = values.find(std::string(view(key)));
        if (found == values.end())
            return PSA_NOT_FOUND;
        onValue(user, view(found->second));
        return PSA_OK;
    }

    static psa_status set(Values &values, psa_str key, psa_str value)
    {
        values.erase(std::string(view(key)));
        if (value.size > 0)
            values.emplace(view(key), view(value));
        return PSA_OK;
    }

    static psa_status cacheGet(const psa_call *call, psa_str key, void *user, psa_cache_on_value onValue)
    {
        return look(of(call).host.cache, key, user, onValue);
    }

    static psa_status cachePut(const psa_call *call, psa_str key, psa_str value, std::uint32_t)
    {
        return set(of(call).host.cache, key, value);
    }

    static psa_status learn(const psa_call *call, psa_str text)
    {
        if (text.size < 4)
            return PSA_INTERNAL;
        of(call).host.learned.emplace_back(view(text));
        return PSA_OK;
    }

    static psa_status keep(const psa_call *call, psa_str key, psa_str value, std::uint32_t)
    {
        if (value.size > 0 && learn(call, value) != PSA_OK)
            return PSA_INTERNAL;
        return set(of(call).host.secrets, key, value);
    }

    static psa_status kept(const psa_call *call, psa_str key, void *user, psa_secrets_on_value onValue)
    {
        return look(of(call).host.secrets, key, user, onValue);
    }

    static std::int64_t now(const psa_call *call) { return of(call).host.unixMs; }

    static std::uint32_t isCancelled(const psa_call *call) { return of(call).host.cancelled ? 1 : 0; }
    static std::int64_t remaining(const psa_call *call) { return of(call).host.remainingMs; }
    static void callLog(const psa_call *call, psa_log_level, psa_str text)
    {
        of(call).host.log.emplace_back(view(text));
    }
    static void hostLog(const psa_host *host, psa_log_level, psa_str text) { of(host).log.emplace_back(view(text)); }
    static void putResult(const psa_call *call, psa_str json) { of(call).outcome.result = view(json); }
    static void putError(const psa_call *call, const psa_error *error)
    {
        of(call).outcome = {error->status,
                            {},
                            std::string(view(error->user_message)),
                            std::string(view(error->hint)),
                            std::string(view(error->internal_detail)),
                            std::string(view(error->vendor_code)),
                            std::string(view(error->field)),
                            error->http_status,
                            error->retry_after_ms};
    }

    psa_host host_{sizeof(psa_host), PSA_ABI_MAJOR, PSA_ABI_MINOR, 0, this, &hostLog, &extension};
    std::map<std::string, std::deque<HttpResponse>> script_;
    std::deque<HttpResponse> anything_;
};

} // namespace psa::testing

#endif
