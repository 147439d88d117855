#include "plugin-check/check_host.h"

#include "host/plugin/runner/child/services.h"

#include <psa/cache.h>
#include <psa/clock.h>
#include <psa/http.h>
#include <psa/secrets.h>

#include <mutex>

namespace psa::check {
namespace {

/// A check presents one host to its plugin, so one shape is sufficient.
HostShape &answerShape()
{
    static HostShape shape;
    return shape;
}

/// What send() passes to the real one instead of the plugin's callback.
struct Receiver
{
    void *user;
    psa_http_on_response onResponse;
};

void deliverShaped(void *user, const psa_http_response *response)
{
    const auto &receiver = *static_cast<Receiver *>(user);
    receiver.onResponse(receiver.user, shaped(answerShape(), *response));
}

const psa_http *realHttp()
{
    static const auto *http = static_cast<const psa_http *>(plugin::runner::child::serviceTable(PSA_HTTP_ID));
    return http;
}

psa_status send(const psa_call *call, const psa_http_request *request, void *user, psa_http_on_response onResponse)
{
    Receiver receiver{user, onResponse};
    return realHttp()->send(call, request, &receiver, onResponse == nullptr ? nullptr : &deliverShaped);
}

struct Cached
{
    std::mutex mutex;
    std::vector<std::string> texts;
};

Cached &cached()
{
    static auto *all = new Cached; // the plugin may use the cache until the process ends
    return *all;
}

const psa_cache *realCache()
{
    static const auto *cache = static_cast<const psa_cache *>(plugin::runner::child::serviceTable(PSA_CACHE_ID));
    return cache;
}

psa_status put(const psa_call *call, psa_str key, psa_str value, std::uint32_t ttlMs)
{
    {
        const std::lock_guard lock(cached().mutex);
        for (const psa_str text : {key, value})
            if (text.data != nullptr)
                cached().texts.emplace_back(text.data, text.size);
    }
    return realCache()->put(call, key, value, ttlMs);
}

/// The host's own services, with tables and responses in `shape`. Valid as long as the process lives; responses use the
/// most recently requested shape.
std::map<std::string, const void *> shapedServices(const HostShape &shape)
{
    answerShape() = shape;
    const auto *clock = static_cast<const psa_clock *>(plugin::runner::child::serviceTable(PSA_CLOCK_ID));
    const auto *secrets = static_cast<const psa_secrets *>(plugin::runner::child::serviceTable(PSA_SECRETS_ID));
    return {{PSA_HTTP_ID, shaped(shape, psa_http{sizeof(psa_http), 0, &send})},
            {PSA_CLOCK_ID, shaped(shape, *clock)},
            {PSA_CACHE_ID, shaped(shape, psa_cache{sizeof(psa_cache), 0, realCache()->get, &put})},
            {PSA_SECRETS_ID, shaped(shape, *secrets)}};
}

} // namespace

std::vector<std::string> cachedTexts()
{
    const std::lock_guard lock(cached().mutex);
    return cached().texts;
}

CheckHost::CheckHost(const HostShape &shape) : shape_(shape)
{
    raw_ = shaped(shape, psa_host{sizeof(psa_host), shape.major, shape.minor, 0, this, &log, &getExtension});
    if (shape.services)
        services_ = shapedServices(shape);
}

void CheckHost::log(const psa_host *host, psa_log_level, psa_str message)
{
    auto &self = *static_cast<CheckHost *>(host->host_data);
    const std::lock_guard lock(self.mutex_);
    if (message.data != nullptr)
        self.lines_.emplace_back(message.data, message.size);
}

const void *CheckHost::getExtension(const psa_host *host, const char *id)
{
    auto &self = *static_cast<CheckHost *>(host->host_data);
    ++self.lookups_;
    const auto found = id == nullptr ? self.services_.end() : self.services_.find(id);
    return found == self.services_.end() ? nullptr : found->second;
}

std::vector<std::string> CheckHost::lines() const
{
    const std::lock_guard lock(mutex_);
    return lines_;
}

} // namespace psa::check
