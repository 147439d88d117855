#include "host/plugin/runner/services.h"

#include "host/net/http_client.h"
#include "host/net/kept_secrets.h"
#include "host/net/secret_registry.h"
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
        return refusedAnswer(head);
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

/// What psa.secrets/1 works on; nullptr, with a line in the log, if the call has none.
std::shared_ptr<const CallContext> secretsOf(CallState &call, const char *function)
{
    auto context = call.use(function);
    if (!context || (context->http && context->keptSecrets))
        return context;
    call.misused("uses psa.secrets/1 in a verb that has no connection");
    return nullptr;
}

std::string answerLearn(CallState &call, const FrameHead &head, FrameReader fields)
{
    const std::string_view secret = fields.text();
    fields.end();
    const auto context = secretsOf(call, "psa.secrets/1 learn");
    if (!context || !net::canLearn(secret.size()))
        return refusedAnswer(head);
    context->http->secrets().learnPassing(secret);
    return answerTo(head).number(PSA_OK).take();
}

std::string answerKeep(CallState &call, const FrameHead &head, FrameReader fields)
{
    const std::string key(fields.text());
    const std::string secret(fields.text());
    const std::chrono::milliseconds ttl(fields.number32());
    fields.end();
    const auto context = secretsOf(call, "psa.secrets/1 keep");
    if (!context || !net::KeptSecrets::canKeep(key.size(), secret.size(), ttl))
        return refusedAnswer(head);
    return answerTo(head).number(context->keptSecrets->keep(key, secret, ttl) ? PSA_OK : PSA_RATE_LIMITED).take();
}

std::string answerSecret(CallState &call, const FrameHead &head, FrameReader fields)
{
    const std::string key(fields.text());
    fields.end();
    const auto context = secretsOf(call, "psa.secrets/1 get");
    if (!context || !net::KeptSecrets::isKey(key.size()))
        return refusedAnswer(head);
    const auto secret = context->keptSecrets->get(key);
    return answerTo(head).number(secret ? PSA_OK : PSA_NOT_FOUND).textOrNone(secret).take();
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
    case Kind::learnSecret:
        return answerLearn(call, head, fields);
    case Kind::keepSecret:
        return answerKeep(call, head, fields);
    case Kind::getSecret:
        return answerSecret(call, head, fields);
    default:
        return answerPut(call, head, fields);
    }
}

net::HttpRequest readRequest(FrameReader fields)
{
    net::HttpRequest request;
    const std::uint32_t flags = fields.number32();
    request.mutates = (flags & PSA_HTTP_MUTATES) != 0;
    request.secretAnswer = (flags & PSA_HTTP_SECRET_ANSWER) != 0;
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

/// Flags that the plugin's minor does not have are ignored, as by a host of that minor.
net::HttpRequest withKnownFlags(net::HttpRequest request, const PluginAbi &abi)
{
    request.secretAnswer = request.secretAnswer && abi.built >= 1;
    return request;
}

/// Why a request is not accepted, to complete "it ..."; nullptr = it is.
const char *whyRefused(const net::HttpRequest &request, const CallContext &context)
{
    if (!context.http)
        return "sends in a verb that must not use the network";
    if (request.secretAnswer && context.abi.needed < 1)
        return "sends with PSA_HTTP_SECRET_ANSWER, but says that it works with hosts of ABI 1.0, which would record "
               "the "
               "response: build it with PSA_TARGET_MINOR 1";
    return nullptr;
}

std::string send(CallState &call, const FrameHead &head, const net::HttpRequest &request)
{
    const auto context = call.use("psa.http/1 send");
    if (!context)
        return refusedAnswer(head);
    const net::HttpRequest known = withKnownFlags(request, context->abi);
    if (const char *why = whyRefused(known, *context))
    {
        call.misused(why);
        return refusedAnswer(head);
    }
    const auto response = call.send(known);
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
    const bool isNumber = head.kind == Kind::send || head.kind == Kind::readClock || head.kind == Kind::readRemaining;
    frame.number(isNumber ? 0 : PSA_INTERNAL);
    if (head.kind == Kind::getValue || head.kind == Kind::getSecret)
        frame.textOrNone({});
    return frame.take();
}

} // namespace psa::plugin::runner
