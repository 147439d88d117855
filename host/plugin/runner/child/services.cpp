#include "host/plugin/runner/child/services.h"

#include "host/net/kept_secrets.h"
#include "host/net/value_cache.h"
#include "host/plugin/runner/child/call.h"

#include <psa/cache.h>
#include <psa/clock.h>
#include <psa/http.h>
#include <psa/secrets.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <ctime>
#include <functional>
#include <new>
#include <stdexcept>
#include <vector>

namespace psa::plugin::runner::child {
namespace {

constexpr const char *sizesTooLarge = "sends a request that does not fit into memory";

std::string_view viewOf(psa_str text)
{
    return text.data == nullptr ? std::string_view() : std::string_view(text.data, text.size);
}

psa_str toC(std::string_view text)
{
    return {text.data(), text.size()};
}

bool isNullWithSize(psa_str text)
{
    return text.data == nullptr && text.size > 0;
}

/// Why the struct passed by the plugin cannot be read, to complete "it ..."; nullptr = it can.
const char *whyUnreadable(const psa_http_request *request, psa_http_on_response onResponse)
{
    if (request == nullptr || onResponse == nullptr)
        return "sends with a NULL request or callback";
    if (!PSA_HAS(psa_http_request, request, timeout_ms))
        return "sends with a request shorter than psa_http_request of ABI 1.0";
    if (request->header_count > maxRequestHeaders)
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

/// Why the texts cannot be sent, judged by their sizes; nullptr = they can. Does not read them: a size may be wrong.
const char *whyTooLarge(const psa_http_request &request)
{
    std::vector<std::size_t> sizes{request.method.size, request.url.size, request.body.size, request.limit_key.size};
    for (std::size_t i = 0; i < request.header_count; ++i)
        sizes.insert(sizes.end(), {request.headers[i].name.size, request.headers[i].value.size});
    std::size_t sum = 0;
    for (const std::size_t size : sizes)
    {
        if (size > PTRDIFF_MAX)
            return sizesTooLarge;
        sum += std::min(size, maxFrameBytes + 1);
    }
    return sum > maxFrameBytes ? "sends a request of more than 16 MiB" : nullptr;
}

void write(const psa_http_request &request, FrameWriter &frame)
{
    frame.number(request.flags).text(viewOf(request.method)).text(viewOf(request.url)).number(request.header_count);
    for (std::size_t i = 0; i < request.header_count; ++i)
        frame.text(viewOf(request.headers[i].name))
            .text(viewOf(request.headers[i].value))
            .number(request.headers[i].flags);
    frame.text(viewOf(request.body)).text(viewOf(request.limit_key)).number(request.timeout_ms);
}

/// A response that was received; its texts refer to the frame.
struct Response
{
    psa_http_response raw{};
    std::vector<psa_http_header> headers;
};

/// False = the host refused the request.
bool read(std::string_view frame, Response &response)
{
    FrameReader reader(frame);
    const bool sent = reader.flag();
    if (sent)
    {
        response.raw.struct_size = sizeof response.raw;
        response.raw.delivery = reader.number32();
        response.raw.reason = reader.number32();
        response.raw.status = reader.number32();
        response.headers.resize(reader.number(frame.size() / 16)); // a header needs two sizes
        for (psa_http_header &header : response.headers)
        {
            header.name = toC(reader.text());
            header.value = toC(reader.text());
        }
        response.raw.headers = response.headers.data();
        response.raw.header_count = response.headers.size();
        response.raw.body = toC(reader.text());
        response.raw.detail = toC(reader.text());
        response.raw.retry_after_ms = reader.number32();
    }
    reader.end();
    return sent;
}

/// Where an exception came from: the request to the host, or the plugin's callback.
enum class Part
{
    asking,
    delivering
};

/// Runs one service and attributes an exception to the plugin or the host. `outOfMemory`, `thrown`: what is reported of the
/// plugin, to complete "it ...".
template <class Body>
psa_status guarded(const psa_call *call, const char *outOfMemory, const char *thrown, const Body &body) noexcept
{
    if (call == nullptr)
        return PSA_INTERNAL;
    const auto self = Call::of(call);
    const auto link = self->link();
    if (!link)
        return PSA_INTERNAL;
    Part part = Part::asking;
    try
    {
        return body(*self, *link, part);
    }
    catch (const BadFrame &bad)
    {
        if (part == Part::delivering)
            return self->misused(thrown);
        link->fail(std::string("the host: it sent ") + bad.what());
        return PSA_INTERNAL;
    }
    catch (const std::length_error &)
    {
        return self->misused(part == Part::delivering ? thrown : "sends a request of more than 16 MiB");
    }
    catch (...)
    {
        return self->misused(part == Part::delivering ? thrown : outOfMemory);
    }
}

psa_status send(const psa_call *call, const psa_http_request *request, void *user,
                psa_http_on_response onResponse) noexcept
{
    const auto body = [&](const Call &self, HostLink &link, Part &part) -> psa_status {
        if (const char *why = whyUnreadable(request, onResponse))
            return self.misused(why);
        if (const char *why = whyTooLarge(*request))
            return self.misused(why);
        const auto answer =
            link.ask(Kind::send, self.number(), [request](FrameWriter &frame) { write(*request, frame); });
        Response response;
        if (!answer || !read(*answer, response))
            return PSA_INTERNAL;
        part = Part::delivering;
        onResponse(user, &response.raw);
        return PSA_OK;
    };
    return guarded(call, sizesTooLarge, "throws an exception from on_response", body);
}

std::int64_t readClock(const psa_call *call, int systemClock, std::uint64_t which) noexcept
{
    std::int64_t value = 0;
    const auto body = [&](const Call &self, HostLink &link, Part &) -> psa_status {
        value = self.asksForTime(link) ? link.askForTime(Kind::readClock, self.number(),
                                                         [which](FrameWriter &frame) { frame.number(which); })
                                       : nowNs(systemClock) / 1'000'000;
        return PSA_OK;
    };
    guarded(call, "uses psa.clock/1 while memory has run out", "", body);
    return value;
}

std::int64_t monotonicMs(const psa_call *call) noexcept
{
    return readClock(call, CLOCK_MONOTONIC, 0);
}

std::int64_t unixMs(const psa_call *call) noexcept
{
    return readClock(call, CLOCK_REALTIME, 1);
}

/// The limit is the same for psa.cache/1 and psa.secrets/1.
bool isKey(psa_str key)
{
    static_assert(net::KeptSecrets::maxKeyBytes == net::ValueCache::maxKeyBytes);
    return key.data != nullptr && key.size >= 1 && key.size <= net::ValueCache::maxKeyBytes;
}

/// What is reported of a plugin that misuses one function, to complete "it ...".
struct Blame
{
    const char *misuse;
    const char *outOfMemory;
};

using OnValue = void(PSA_CALL *)(void *user, psa_str value);

psa_status lookUp(Kind kind, const Blame &blame, const psa_call *call, psa_str key, void *user,
                  OnValue onValue) noexcept
{
    const auto body = [&](const Call &self, HostLink &link, Part &part) -> psa_status {
        if (!isKey(key) || onValue == nullptr)
            return self.misused(blame.misuse);
        const auto answer = link.ask(kind, self.number(), [key](FrameWriter &frame) { frame.text(viewOf(key)); });
        if (!answer)
            return PSA_INTERNAL;
        FrameReader reader(*answer);
        const psa_status status = reader.number32();
        const auto value = reader.textOrNone();
        reader.end();
        part = Part::delivering;
        if (status == PSA_OK && value)
            onValue(user, toC(*value));
        return status;
    };
    return guarded(call, blame.outOfMemory, "throws an exception from on_value", body);
}

psa_status getValue(const psa_call *call, psa_str key, void *user, psa_cache_on_value onValue) noexcept
{
    return lookUp(Kind::getValue,
                  {"gets from psa.cache/1 without a callback or a key of 1 to 200 bytes",
                   "uses psa.cache/1 get while memory has run out"},
                  call, key, user, onValue);
}

/// Asks the host for something whose answer is a status.
psa_status askForStatus(const Call &self, HostLink &link, Kind kind, const std::function<void(FrameWriter &)> &fields)
{
    const auto answer = link.ask(kind, self.number(), fields);
    if (!answer)
        return PSA_INTERNAL;
    FrameReader reader(*answer);
    const psa_status status = reader.number32();
    reader.end();
    return status;
}

psa_status putValue(const psa_call *call, psa_str key, psa_str value, std::uint32_t ttlMs) noexcept
{
    const auto body = [&](const Call &self, HostLink &link, Part &) -> psa_status {
        if (!isKey(key) || value.size > net::ValueCache::maxValueBytes ||
            std::chrono::milliseconds(ttlMs) > net::ValueCache::maxTtl || isNullWithSize(value))
            return self.misused("puts a key, value or time into psa.cache/1 that exceeds the limits in psa/cache.h");
        return askForStatus(self, link, Kind::putValue,
                            [&](FrameWriter &frame) { frame.text(viewOf(key)).text(viewOf(value)).number(ttlMs); });
    };
    return guarded(call, "uses psa.cache/1 put while memory has run out", "", body);
}

psa_status learnSecret(const psa_call *call, psa_str text) noexcept
{
    const auto body = [&](const Call &self, HostLink &link, Part &) -> psa_status {
        if (isNullWithSize(text) || !net::canLearn(text.size))
            return self.misused("gives psa.secrets/1 a text to learn that does not have 4 to 16384 bytes");
        return askForStatus(self, link, Kind::learnSecret, [text](FrameWriter &frame) { frame.text(viewOf(text)); });
    };
    return guarded(call, "uses psa.secrets/1 learn while memory has run out", "", body);
}

psa_status keepSecret(const psa_call *call, psa_str key, psa_str secret, std::uint32_t ttlMs) noexcept
{
    const auto body = [&](const Call &self, HostLink &link, Part &) -> psa_status {
        if (!isKey(key) || isNullWithSize(secret) ||
            !net::KeptSecrets::canKeep(key.size, secret.size, std::chrono::milliseconds(ttlMs)))
            return self.misused("keeps a key, value or time in psa.secrets/1 that exceeds the limits in psa/secrets.h");
        return askForStatus(self, link, Kind::keepSecret,
                            [&](FrameWriter &frame) { frame.text(viewOf(key)).text(viewOf(secret)).number(ttlMs); });
    };
    return guarded(call, "uses psa.secrets/1 keep while memory has run out", "", body);
}

psa_status getSecret(const psa_call *call, psa_str key, void *user, psa_secrets_on_value onValue) noexcept
{
    return lookUp(Kind::getSecret,
                  {"gets from psa.secrets/1 without a callback or a key of 1 to 200 bytes",
                   "uses psa.secrets/1 get while memory has run out"},
                  call, key, user, onValue);
}

constexpr psa_http httpTable{sizeof(psa_http), 0, &send};
constexpr psa_clock clockTable{sizeof(psa_clock), 0, &monotonicMs, &unixMs};
constexpr psa_cache cacheTable{sizeof(psa_cache), 0, &getValue, &putValue};
constexpr psa_secrets secretsTable{sizeof(psa_secrets), 0, &learnSecret, &keepSecret, &getSecret};

struct Service
{
    std::string_view id;
    const void *table;
};
constexpr std::array services{Service{PSA_HTTP_ID, &httpTable}, Service{PSA_CLOCK_ID, &clockTable},
                              Service{PSA_CACHE_ID, &cacheTable}, Service{PSA_SECRETS_ID, &secretsTable}};

} // namespace

const void *serviceTable(std::string_view id)
{
    const auto *const found =
        std::find_if(services.begin(), services.end(), [id](const Service &service) { return service.id == id; });
    return found == services.end() ? nullptr : found->table;
}

} // namespace psa::plugin::runner::child
