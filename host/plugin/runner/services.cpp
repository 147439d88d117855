#include "host/plugin/runner/services.h"

#include "host/net/http_client.h"
#include "host/net/value_cache.h"
#include "host/plugin/runner/protocol.h"

#include <psa/http.h>

namespace psa::plugin::runner {
namespace {

FrameWriter answerTo(const FrameHead &head)
{
    return FrameWriter(Kind::response, head.call, head.request);
}

RawError readError(FrameReader &fields)
{
    RawError error;
    error.status = fields.number32();
    error.httpStatus = fields.number32();
    error.retryAfterMs = fields.number32();
    for (std::optional<std::string_view> *each :
         {&error.message, &error.hint, &error.detail, &error.vendorCode, &error.field})
    {
        *each = fields.textOrNone();
        static_cast<void>(fields.number()); // the size before the cut; the host shows less than this text anyway
    }
    return error;
}

std::int64_t readClock(const CallContext &context, bool unixTime)
{
    using std::chrono::duration_cast;
    using std::chrono::milliseconds;
    if (!context.clock)
        return 0;
    return unixTime ? duration_cast<milliseconds>(context.clock->wallNow().time_since_epoch()).count()
                    : duration_cast<milliseconds>(context.clock->now().time_since_epoch()).count();
}

bool isKey(std::string_view key)
{
    return !key.empty() && key.size() <= net::ValueCache::maxKeyBytes;
}

std::string answerGet(CallState &call, const FrameHead &head, FrameReader fields)
{
    const std::string key(fields.text(maxFrameBytes));
    fields.end();
    const auto context = call.use("psa.cache/1 get");
    if (!context || !isKey(key))
        return answerTo(head).number(PSA_INTERNAL).textOrNone({}).take();
    const auto value = context->cache ? context->cache->get(key) : std::nullopt;
    return answerTo(head).number(value ? PSA_OK : PSA_NOT_FOUND).textOrNone(value).take();
}

std::string answerPut(CallState &call, const FrameHead &head, FrameReader fields)
{
    const std::string key(fields.text());
    const std::string value(fields.text());
    const std::chrono::milliseconds ttl(fields.number32());
    fields.end();
    const auto context = call.use("psa.cache/1 put");
    psa_status status = PSA_INTERNAL;
    if (context && isKey(key) && value.size() <= net::ValueCache::maxValueBytes && ttl <= net::ValueCache::maxTtl)
        status = context->cache && context->cache->put(key, value, ttl) ? PSA_OK : PSA_RATE_LIMITED;
    return answerTo(head).number(status).take();
}

std::string answerTime(CallState &call, const FrameHead &head, FrameReader fields)
{
    const bool unixTime = fields.flag();
    fields.end();
    const auto context = call.use(unixTime ? "psa.clock/1 unix_ms" : "psa.clock/1 monotonic_ms");
    return answerTo(head).number(static_cast<std::uint64_t>(context ? readClock(*context, unixTime) : 0)).take();
}

} // namespace

void deliver(CallState &call, Kind kind, FrameReader fields)
{
    if (kind == Kind::log)
    {
        const auto level = fields.number32();
        const auto message = fields.textOrNone();
        static_cast<void>(fields.number()); // the count of dropped lines, which says nothing about this call
        fields.end();
        return call.writeLog(level, message);
    }
    if (kind == Kind::result)
    {
        const std::uint64_t size = fields.number();
        const auto text = fields.textOrNone();
        fields.end();
        return call.putResult(std::max<std::size_t>(size, text ? text->size() : 0), text);
    }
    if (kind == Kind::misused)
    {
        call.misused(fields.text(CallState::maxTextBytes));
        return fields.end();
    }
    std::optional<RawError> error;
    if (fields.flag())
        error = readError(fields);
    fields.end();
    call.putError(error);
}

std::string answer(CallState &call, const FrameHead &head, FrameReader fields)
{
    switch (head.kind)
    {
    case Kind::readClock:
        return answerTime(call, head, fields);
    case Kind::readRemaining:
        fields.end();
        return answerTo(head).number(static_cast<std::uint64_t>(call.remainingMs())).take();
    case Kind::getValue:
        return answerGet(call, head, fields);
    default:
        return answerPut(call, head, fields);
    }
}

net::HttpRequest readRequest(FrameReader fields)
{
    net::HttpRequest request;
    request.mutates = (fields.number32() & PSA_HTTP_MUTATES) != 0;
    request.method = fields.text();
    request.url = fields.text();
    const std::uint64_t headers = fields.number(maxRequestHeaders);
    for (std::uint64_t i = 0; i < headers; ++i)
    {
        net::HttpHeader &header = request.headers.emplace_back();
        header.name = fields.text();
        header.value = fields.text();
        header.secret = (fields.number32() & PSA_HTTP_SECRET) != 0;
    }
    request.body = fields.text();
    request.limitKey = fields.text();
    request.timeout = std::chrono::milliseconds(fields.number32());
    fields.end();
    return request;
}

std::string send(CallState &call, const FrameHead &head, const net::HttpRequest &request)
{
    const auto context = call.use("psa.http/1 send");
    if (!context)
        return refusedAnswer(head);
    if (!context->http)
    {
        call.misused("sends in a verb that must not use the network");
        return refusedAnswer(head);
    }
    const auto response = call.send(request);
    if (!response)
        return refusedAnswer(head);
    FrameWriter frame = answerTo(head);
    frame.number(1)
        .number(static_cast<std::uint64_t>(response->delivery))
        .number(static_cast<std::uint64_t>(response->reason))
        .number(response->status)
        .number(response->headers.size());
    for (const net::HttpHeader &header : response->headers)
        frame.text(header.name).text(header.value);
    frame.text(response->body)
        .text(response->detail)
        .number(static_cast<std::uint64_t>(std::clamp<std::int64_t>(response->retryAfter.count(), 0, UINT32_MAX)));
    return frame.take();
}

std::string refusedAnswer(const FrameHead &head)
{
    FrameWriter frame = answerTo(head);
    frame.number(head.kind == Kind::getValue || head.kind == Kind::putValue ? PSA_INTERNAL : 0);
    if (head.kind == Kind::getValue)
        frame.textOrNone({});
    return frame.take();
}

} // namespace psa::plugin::runner
