#include "tests/plugins/common/fake_host.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstring>

namespace psa::plugins::test {

Answer ok(std::string body)
{
    return {200, std::move(body)};
}

Answer notSent(psa_http_reason reason, std::uint32_t retryAfterMs)
{
    return {0, "", PSA_HTTP_NOT_SENT, reason, retryAfterMs};
}

Answer noAnswer(psa_http_reason reason)
{
    return {0, "", PSA_HTTP_NO_ANSWER, reason};
}

namespace {

/// The data of one call.
struct CallData
{
    FakeHost &host;
    Outcome &outcome;
};

CallData &dataOf(const psa_call *call)
{
    return *static_cast<CallData *>(call->host_data);
}

bool endsWith(const std::string &text, const std::string &end)
{
    return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

} // namespace

/// The C functions of the tables.
struct Hooks
{
    static std::uint32_t isCancelled(const psa_call *call)
    {
        const FakeHost &host = dataOf(call).host;
        return host.stopAfterRequests >= 0 && host.sent.size() >= static_cast<std::size_t>(host.stopAfterRequests);
    }
    static std::int64_t remainingMs(const psa_call *) { return 30000; }
    static void log(const psa_call *call, psa_log_level, psa_str message)
    {
        dataOf(call).host.log.emplace_back(psa::view(message));
    }
    static void putResult(const psa_call *call, psa_str json) { dataOf(call).outcome.result = psa::view(json); }
    static void putError(const psa_call *call, const psa_error *error)
    {
        Outcome &outcome = dataOf(call).outcome;
        outcome.message = psa::view(error->user_message);
        outcome.hint = psa::view(error->hint);
        outcome.detail = psa::view(error->internal_detail);
        outcome.vendorCode = psa::view(error->vendor_code);
        outcome.field = psa::view(error->field);
        outcome.httpStatus = error->http_status;
        outcome.retryAfterMs = error->retry_after_ms;
    }

    static void hostLog(const psa_host *host, psa_log_level, psa_str message)
    {
        static_cast<FakeHost *>(host->host_data)->log.emplace_back(psa::view(message));
    }
    static const void *getExtension(const psa_host *raw, const char *id)
    {
        const FakeHost &host = *static_cast<FakeHost *>(raw->host_data);
        if (std::strcmp(id, PSA_HTTP_ID) == 0)
            return host.withHttp ? &host.http_ : nullptr;
        if (std::strcmp(id, PSA_CACHE_ID) == 0)
            return &host.cacheTable_;
        if (std::strcmp(id, PSA_SECRETS_ID) == 0)
            return &host.secretsTable_;
        return std::strcmp(id, PSA_CLOCK_ID) == 0 ? &host.clock_ : nullptr;
    }

    static Answer next(FakeHost &host, const Sent &request)
    {
        for (auto &[route, answers] : host.script_)
        {
            const std::size_t space = route.find(' ');
            const std::string end = route.substr(space + 1);
            const std::string path = request.url.substr(0, request.url.find('?'));
            if (route.substr(0, space) != request.method || (!endsWith(request.url, end) && !endsWith(path, end)))
                continue;
            const Answer answer = answers.front();
            if (answers.size() > 1)
                answers.pop_front();
            return answer;
        }
        host.unscripted.push_back(request.method + " " + request.url);
        return notSent(PSA_HTTP_REASON_POLICY);
    }

    static psa_status send(const psa_call *call, const psa_http_request *request, void *user,
                           psa_http_on_response onResponse)
    {
        FakeHost &host = dataOf(call).host;
        Sent sent{std::string(psa::view(request->method)),
                  std::string(psa::view(request->url)),
                  std::string(psa::view(request->body)),
                  std::string(psa::view(request->limit_key)),
                  {},
                  {},
                  (request->flags & PSA_HTTP_MUTATES) != 0,
                  request->flags};
        for (std::size_t i = 0; i < request->header_count; ++i)
        {
            const std::string name(psa::view(request->headers[i].name));
            sent.headers[name] = psa::view(request->headers[i].value);
            sent.secret[name] = (request->headers[i].flags & PSA_HTTP_SECRET) != 0;
        }
        const auto odd = host.instead.find(host.sent.size());
        const Answer answer = odd == host.instead.end() ? next(host, sent) : odd->second;
        host.sent.push_back(std::move(sent));
        if (host.afterRequest)
            host.afterRequest();
        psa_http_response response{};
        response.struct_size = sizeof response;
        response.delivery = answer.delivery;
        response.reason = answer.reason;
        response.status = answer.status;
        response.body = psa::view(answer.body);
        response.retry_after_ms = answer.retryAfterMs;
        onResponse(user, &response);
        return PSA_OK;
    }

    static psa_status cacheGet(const psa_call *call, psa_str key, void *user, psa_cache_on_value onValue)
    {
        const auto &cache = dataOf(call).host.cache;
        const auto found = cache.find(std::string(psa::view(key)));
        if (found == cache.end())
            return PSA_NOT_FOUND;
        onValue(user, psa::view(found->second));
        return PSA_OK;
    }
    static psa_status cachePut(const psa_call *call, psa_str key, psa_str value, std::uint32_t ttlMs)
    {
        FakeHost &host = dataOf(call).host;
        if (host.cacheKeepsNothing)
            return PSA_RATE_LIMITED;
        constexpr std::uint32_t dayMs = 86400000;
        if (ttlMs > dayMs) // as psa/cache.h says
            return PSA_INTERNAL;
        const std::string name(psa::view(key));
        host.ttlMs[name] = ttlMs;
        if (value.size == 0)
            host.cache.erase(name);
        else
            host.cache[name] = psa::view(value);
        return PSA_OK;
    }

    static psa_status learn(const psa_call *call, psa_str text)
    {
        dataOf(call).host.learned.emplace_back(psa::view(text));
        return PSA_OK;
    }
    static psa_status keepSecret(const psa_call *call, psa_str key, psa_str value, std::uint32_t ttlMs)
    {
        FakeHost &host = dataOf(call).host;
        const std::string name(psa::view(key));
        host.secretTtlMs[name] = ttlMs;
        if (value.size == 0)
            host.secrets.erase(name);
        else
            host.secrets[name] = psa::view(value);
        return PSA_OK;
    }
    static psa_status secret(const psa_call *call, psa_str key, void *user, psa_secrets_on_value onValue)
    {
        const auto &secrets = dataOf(call).host.secrets;
        const auto found = secrets.find(std::string(psa::view(key)));
        if (found == secrets.end())
            return PSA_NOT_FOUND;
        onValue(user, psa::view(found->second));
        return PSA_OK;
    }

    static std::int64_t monotonicMs(const psa_call *) { return 0; }
    static std::int64_t unixMs(const psa_call *call) { return dataOf(call).host.nowMs; }
};

FakeHost::FakeHost()
    : host_{sizeof(psa_host), PSA_ABI_MAJOR, PSA_ABI_MINOR, 0, this, &Hooks::hostLog, &Hooks::getExtension},
      http_{sizeof(psa_http), 0, &Hooks::send}, cacheTable_{sizeof(psa_cache), 0, &Hooks::cacheGet, &Hooks::cachePut},
      clock_{sizeof(psa_clock), 0, &Hooks::monotonicMs, &Hooks::unixMs}, secretsTable_{
                                                                             sizeof(psa_secrets), 0, &Hooks::learn,
                                                                             &Hooks::keepSecret, &Hooks::secret}
{
}

FakeHost &FakeHost::on(const std::string &method, const std::string &url, Answer answer)
{
    script_[method + " " + url].push_back(std::move(answer));
    return *this;
}

FakeHost &FakeHost::replace(const std::string &method, const std::string &url, Answer answer)
{
    script_[method + " " + url] = {std::move(answer)};
    return *this;
}

template <class Body>
Outcome PluginUnderTest::run(Body &&body)
{
    Outcome outcome;
    CallData data{host_, outcome};
    const psa_call call{
        sizeof(psa_call), 0, &data, &Hooks::isCancelled, &Hooks::remainingMs, &Hooks::log, &Hooks::putResult,
        &Hooks::putError};
    outcome.status = body(&call);
    std::string told = outcome.result + outcome.message + outcome.hint + outcome.detail;
    for (const std::string &line : host_.log)
        told += line;
    for (const auto &[key, value] : host_.cache)
        told += key + value;
    std::vector<std::string> secrets = secrets_;
    secrets.insert(secrets.end(), host_.learned.begin(), host_.learned.end());
    for (const std::string &secret : secrets)
        CHECK(told.find(secret) == std::string::npos);
    CHECK(psa::isUtf8(told));
    if (!outcome.ok())
    {
        CHECK(!outcome.message.empty());
        CHECK(outcome.status != PSA_OK);
    }
    return outcome;
}

std::size_t mutating(const FakeHost &host)
{
    return static_cast<std::size_t>(
        std::count_if(host.sent.begin(), host.sent.end(), [](const Sent &sent) { return sent.mutates; }));
}

PluginUnderTest::PluginUnderTest(FakeHost &host, std::vector<std::string> secrets)
    : host_(host), secrets_(std::move(secrets)), api_(psa_plugin_entry(host.raw()))
{
    REQUIRE(api_ != nullptr);
    REQUIRE(run([&](const psa_call *call) { return api_->create(call, host.raw(), &instance_); }).ok());
}

PluginUnderTest::~PluginUnderTest()
{
    api_->destroy(instance_);
}

Outcome PluginUnderTest::describe()
{
    return run([&](const psa_call *call) { return api_->describe(call); });
}

Outcome PluginUnderTest::configure(const std::string &json)
{
    return run([&](const psa_call *call) { return api_->configure(call, instance_, psa::view(json)); });
}

Outcome PluginUnderTest::test()
{
    return run([&](const psa_call *call) { return api_->test(call, instance_); });
}

Outcome PluginUnderTest::create(const std::string &ticketJson, const std::string &reference)
{
    return run([&](const psa_call *call) {
        return api_->create_ticket(call, instance_, psa::view(reference), psa::view(ticketJson));
    });
}

Outcome PluginUnderTest::find(const std::string &reference)
{
    const auto *table = static_cast<const psa_find_ticket *>(api_->get_extension(host_.raw(), PSA_FIND_TICKET_ID));
    REQUIRE(table != nullptr);
    return run([&](const psa_call *call) { return table->find(call, instance_, psa::view(reference)); });
}

Outcome PluginUnderTest::list(const std::string &name, const std::string &query, const std::string &cursor,
                              const std::string &dependsOn, std::uint32_t limit)
{
    const auto *table = static_cast<const psa_choices *>(api_->get_extension(host_.raw(), PSA_CHOICES_ID));
    REQUIRE(table != nullptr);
    const psa_choices_query wanted{
        sizeof(psa_choices_query), limit, psa::view(name), psa::view(query), psa::view(cursor), psa::view(dependsOn)};
    return run([&](const psa_call *call) { return table->list(call, instance_, &wanted); });
}

Outcome PluginUnderTest::read(const std::string &id)
{
    const auto *table = static_cast<const psa_ticket *>(api_->get_extension(host_.raw(), PSA_TICKET_ID));
    REQUIRE(table != nullptr);
    return run([&](const psa_call *call) { return table->read(call, instance_, psa::view(id)); });
}

const psa_update_ticket &PluginUnderTest::updates() const
{
    const auto *table = static_cast<const psa_update_ticket *>(api_->get_extension(host_.raw(), PSA_UPDATE_TICKET_ID));
    REQUIRE(table != nullptr);
    return *table;
}

Outcome PluginUnderTest::describeUpdates()
{
    return run([&](const psa_call *call) { return updates().describe(call); });
}

Outcome PluginUnderTest::addNote(const std::string &noteJson, const std::string &ticketId, const std::string &reference)
{
    return run([&](const psa_call *call) {
        return updates().add_note(call, instance_, psa::view(ticketId), psa::view(reference), psa::view(noteJson));
    });
}

Outcome PluginUnderTest::findNote(const std::string &reference, const std::string &ticketId)
{
    return run([&](const psa_call *call) {
        return updates().find_note(call, instance_, psa::view(ticketId), psa::view(reference));
    });
}

Outcome PluginUnderTest::change(const std::string &changeJson, const std::string &ticketId)
{
    return run([&](const psa_call *call) {
        return updates().change(call, instance_, psa::view(ticketId), psa::view(changeJson));
    });
}

Outcome PluginUnderTest::activity(const std::string &watermark, const std::string &ticketId)
{
    return run([&](const psa_call *call) {
        return updates().activity(call, instance_, psa::view(ticketId), psa::view(watermark));
    });
}

Outcome PluginUnderTest::removeNote(const std::string &noteId, const std::string &ticketId)
{
    REQUIRE(updates().remove_note != nullptr);
    return run([&](const psa_call *call) {
        return updates().remove_note(call, instance_, psa::view(ticketId), psa::view(noteId));
    });
}

} // namespace psa::plugins::test
