#include "host/plugin/host_table.h"

#include "host/json/utf8.h"
#include "host/net/http_client.h"
#include "host/net/value_cache.h"
#include "host/plugin/call_state.h"

#include <psa/cache.h>
#include <psa/clock.h>
#include <psa/http.h>

namespace psa::plugin {
namespace {

constexpr std::size_t maxHeaders = 100;

std::string copyOf(psa_str text)
{
    return text.data == nullptr ? std::string() : std::string(text.data, text.size);
}

bool isNullWithSize(psa_str text)
{
    return text.data == nullptr && text.size > 0;
}

/// Why the struct passed by the plugin cannot be read; nullptr = it can.
const char *whyUnreadable(const psa_http_request *request, psa_http_on_response onResponse)
{
    if (request == nullptr || onResponse == nullptr)
        return "sends with a NULL request or callback";
    if (!PSA_HAS(psa_http_request, request, timeout_ms))
        return "sends with a request shorter than psa_http_request of ABI 1.0";
    if (request->header_count > maxHeaders)
        return "sends with more than 100 headers";
    if (request->header_count > 0 && request->headers == nullptr)
        return "sends with headers of NULL and a count";
    if (isNullWithSize(request->body))
        return "sends with a body of NULL and a size";
    if (isNullWithSize(request->method) || isNullWithSize(request->url) || isNullWithSize(request->limit_key))
        return "sends with a method, URL or limit key of NULL and a size";
    for (std::size_t i = 0; i < request->header_count; ++i)
        if (isNullWithSize(request->headers[i].name) || isNullWithSize(request->headers[i].value))
            return "sends with a header whose name or value is NULL and has a size";
    return nullptr;
}

net::HttpRequest fromC(const psa_http_request &raw)
{
    net::HttpRequest request;
    request.mutates = (raw.flags & PSA_HTTP_MUTATES) != 0;
    request.method = copyOf(raw.method);
    request.url = copyOf(raw.url);
    for (std::size_t i = 0; i < raw.header_count; ++i)
        request.headers.push_back(
            {copyOf(raw.headers[i].name), copyOf(raw.headers[i].value), (raw.headers[i].flags & PSA_HTTP_SECRET) != 0});
    request.body = copyOf(raw.body);
    request.limitKey = copyOf(raw.limit_key);
    request.timeout = std::chrono::milliseconds(raw.timeout_ms);
    return request;
}

void deliver(const net::HttpResponse &response, void *user, psa_http_on_response onResponse)
{
    std::vector<psa_http_header> headers;
    headers.reserve(response.headers.size());
    for (const net::HttpHeader &header : response.headers)
        headers.push_back({viewOf(header.name), viewOf(header.value), 0, 0});
    psa_http_response raw{};
    raw.struct_size = sizeof raw;
    raw.delivery = static_cast<psa_http_delivery>(response.delivery);
    raw.reason = static_cast<psa_http_reason>(response.reason);
    raw.status = response.status;
    raw.headers = headers.data();
    raw.header_count = headers.size();
    raw.body = viewOf(response.body);
    raw.detail = viewOf(response.detail);
    raw.retry_after_ms = static_cast<std::uint32_t>(std::min<std::int64_t>(response.retryAfter.count(), UINT32_MAX));
    onResponse(user, &raw);
}

/// A call in progress, with what it may use of the host.
struct Use
{
    std::shared_ptr<CallState> state;
    std::shared_ptr<const CallContext> context;

    explicit operator bool() const { return context != nullptr; }
};

/// The call behind `call`, kept alive meanwhile: a plugin may use it from a thread that outlives it. Empty for a call
/// that has ended, after a line in the log.
Use underWay(const psa_call *call, const char *what)
{
    if (call == nullptr)
        return {};
    auto state = CallState::of(call).shared_from_this();
    auto context = state->use(what);
    return {std::move(state), std::move(context)};
}

psa_status send(const psa_call *call, const psa_http_request *request, void *user,
                psa_http_on_response onResponse) noexcept
{
    const auto [state, context] = underWay(call, "psa.http/1 send");
    if (!context)
        return PSA_INTERNAL;
    bool delivering = false;
    try
    {
        if (const char *why = whyUnreadable(request, onResponse))
            return state->misused(why);
        if (!context->http)
            return state->misused("sends in a verb that must not use the network");
        const auto response = state->send(fromC(*request));
        if (!response)
            return PSA_INTERNAL; // the plugin's memory behind `user` may be gone with its call
        delivering = true;
        deliver(*response, user, onResponse);
        return PSA_OK;
    }
    catch (...)
    {
        return state->misused(delivering ? "throws an exception from on_response"
                                         : "sends a request whose sizes do not fit into memory");
    }
}

std::int64_t monotonicMs(const psa_call *call) noexcept
{
    const Use use = underWay(call, "psa.clock/1 monotonic_ms");
    if (!use || !use.context->clock)
        return 0;
    return std::chrono::duration_cast<std::chrono::milliseconds>(use.context->clock->now().time_since_epoch()).count();
}

std::int64_t unixMs(const psa_call *call) noexcept
{
    const Use use = underWay(call, "psa.clock/1 unix_ms");
    if (!use || !use.context->clock)
        return 0;
    return std::chrono::duration_cast<std::chrono::milliseconds>(use.context->clock->wallNow().time_since_epoch())
        .count();
}

bool isKey(psa_str key)
{
    return key.data != nullptr && key.size >= 1 && key.size <= net::ValueCache::maxKeyBytes;
}

psa_status getValue(const psa_call *call, psa_str key, void *user, psa_cache_on_value onValue) noexcept
{
    const auto [state, context] = underWay(call, "psa.cache/1 get");
    if (!context)
        return PSA_INTERNAL;
    try
    {
        if (!isKey(key) || onValue == nullptr)
            return state->misused("gets from psa.cache/1 without a callback or a key of 1 to 200 bytes");
        const auto value = context->cache ? context->cache->get(copyOf(key)) : std::nullopt;
        if (!value)
            return PSA_NOT_FOUND;
        onValue(user, viewOf(*value));
        return PSA_OK;
    }
    catch (...)
    {
        return state->misused("throws an exception from on_value");
    }
}

psa_status putValue(const psa_call *call, psa_str key, psa_str value, uint32_t ttlMs) noexcept
{
    const auto [state, context] = underWay(call, "psa.cache/1 put");
    if (!context)
        return PSA_INTERNAL;
    try
    {
        const std::chrono::milliseconds ttl(ttlMs);
        if (!isKey(key) || value.size > net::ValueCache::maxValueBytes || ttl > net::ValueCache::maxTtl ||
            (value.size > 0 && value.data == nullptr))
            return state->misused("puts a key, value or time into psa.cache/1 that exceeds the limits in psa/cache.h");
        if (!context->cache)
            return PSA_RATE_LIMITED;
        return context->cache->put(copyOf(key), copyOf(value), ttl) ? PSA_OK : PSA_RATE_LIMITED;
    }
    catch (...)
    {
        return state->misused("psa.cache/1 put while memory has run out");
    }
}

constexpr psa_http httpTable{sizeof(psa_http), 0, &send};
constexpr psa_clock clockTable{sizeof(psa_clock), 0, &monotonicMs, &unixMs};
constexpr psa_cache cacheTable{sizeof(psa_cache), 0, &getValue, &putValue};

} // namespace

HostTable::HostTable(PluginLog log, std::map<std::string, const void *> services)
    : log_(std::move(log)), services_(std::move(services))
{
    raw_ = {sizeof raw_, PSA_ABI_MAJOR, PSA_ABI_MINOR, 0, this, &writeLog, &getExtension};
}

void HostTable::writeLog(const psa_host *host, psa_log_level level, psa_str message)
{
    auto &self = *static_cast<HostTable *>(host->host_data);
    if (!self.log_ || message.data == nullptr)
        return;
    switch (self.budget_.take(LogBudget::Clock::now()))
    {
    case LogBudget::Verdict::write:
        return self.log_(knownLevel(level),
                         json::printable(json::cutUtf8({message.data, message.size}, CallState::maxTextBytes)));
    case LogBudget::Verdict::lastWord:
        return self.log_(PSA_LOG_WARNING, "plugins log more than " + std::to_string(LogBudget::maxLines) +
                                              " lines a minute outside calls; the rest is omitted");
    case LogBudget::Verdict::drop:
        return;
    }
}

const void *HostTable::getExtension(const psa_host *host, const char *id)
{
    const auto &self = *static_cast<const HostTable *>(host->host_data);
    const auto found = id == nullptr ? self.services_.end() : self.services_.find(id);
    return found == self.services_.end() ? nullptr : found->second;
}

std::map<std::string, const void *> hostServices()
{
    return {{PSA_HTTP_ID, &httpTable}, {PSA_CLOCK_ID, &clockTable}, {PSA_CACHE_ID, &cacheTable}};
}

} // namespace psa::plugin
