#include <psa/cache.hpp>
#include <psa/clock.hpp>
#include <psa/http.hpp>
#include <psa/secrets.hpp>

#include <catch2/catch.hpp>

#include <map>
#include <string>
#include <vector>

namespace {

/// What the plugin's glue sees of a host; reset for each test.
struct FakeHost
{
    bool offers = true;
    psa_status fails = PSA_OK; ///< What the cache returns instead of working.
    std::map<std::string, std::string> values;
    std::uint32_t ttlMs = 0;
    std::uint32_t flags = 0; ///< Of the latest request.
    std::vector<std::string> log;
};

FakeHost fake;

const psa_clock clockTable{sizeof(psa_clock), 0, [](const psa_call *) -> int64_t { return 1234; },
                           [](const psa_call *) -> int64_t { return 1767225600000; }};

psa_status get(const psa_call *, psa_str key, void *user, psa_cache_on_value onValue)
{
    const auto found = fake.values.find(std::string(psa::view(key)));
    if (fake.fails != PSA_OK || found == fake.values.end())
        return fake.fails != PSA_OK ? fake.fails : PSA_NOT_FOUND;
    onValue(user, psa::view(found->second));
    return PSA_OK;
}

psa_status put(const psa_call *, psa_str key, psa_str value, std::uint32_t ttlMs)
{
    if (fake.fails == PSA_OK)
        fake.values[std::string(psa::view(key))] = psa::view(value);
    fake.ttlMs = ttlMs;
    return fake.fails;
}

const psa_cache cacheTable{sizeof(psa_cache), 0, &get, &put};

psa_status learn(const psa_call *, psa_str text)
{
    fake.values["learned"] = psa::view(text);
    return fake.fails;
}

const psa_secrets secretsTable{sizeof(psa_secrets), 0, &learn, &put, &get};

const psa_http httpTable{sizeof(psa_http), 0,
                         [](const psa_call *, const psa_http_request *request, void *user, psa_http_on_response done) {
                             fake.flags = request->flags;
                             psa_http_response response{};
                             response.struct_size = sizeof response;
                             done(user, &response);
                             return PSA_OK;
                         }};

const void *extension(const psa_host *, const char *id)
{
    if (!fake.offers)
        return nullptr;
    if (id == std::string(PSA_SECRETS_ID))
        return &secretsTable;
    if (id == std::string(PSA_HTTP_ID))
        return &httpTable;
    return id == std::string(PSA_CLOCK_ID) ? static_cast<const void *>(&clockTable) : &cacheTable;
}

struct Fixture
{
    Fixture()
    {
        fake = FakeHost();
        hostTable.get_extension = &extension;
        callTable.log = [](const psa_call *, psa_log_level, psa_str text) { fake.log.emplace_back(psa::view(text)); };
    }

    psa_host hostTable{};
    psa_call callTable{};
    psa::Host host{&hostTable};
    psa::Call call{&callTable};
};

} // namespace

TEST_CASE_METHOD(Fixture, "a plugin reads both clocks of the host", "[glue]")
{
    const psa::Clock clock(host);
    CHECK(clock.nowMs(call) == 1234);
    CHECK(clock.unixMs(call) == 1767225600000);
}

TEST_CASE_METHOD(Fixture, "a host without a clock is reported", "[glue]")
{
    fake.offers = false;
    CHECK_THROWS_WITH(psa::Clock(host), Catch::Contains("psa.clock/1"));
}

TEST_CASE_METHOD(Fixture, "a plugin finds what it has cached", "[glue]")
{
    const psa::Cache cache(host);
    CHECK_FALSE(cache.get(call, "zone"));
    CHECK(cache.put(call, "zone", "webservices5", 60000));
    CHECK(fake.ttlMs == 60000);
    CHECK(cache.get(call, "zone") == "webservices5");
    CHECK(fake.log.empty());
}

TEST_CASE_METHOD(Fixture, "without a cache each lookup misses and nothing is stored", "[glue]")
{
    fake.offers = false;
    const psa::Cache cache(host);
    CHECK_FALSE(cache.put(call, "zone", "webservices5", 60000));
    CHECK_FALSE(cache.get(call, "zone"));
    CHECK(fake.log.empty());
}

TEST_CASE_METHOD(Fixture, "a full cache stores nothing; a rejected mistake is logged", "[glue]")
{
    const psa::Cache cache(host);
    fake.fails = PSA_RATE_LIMITED;
    CHECK_FALSE(cache.put(call, "zone", "webservices5", 60000));
    CHECK(fake.log.empty());
    fake.fails = PSA_INTERNAL;
    CHECK_FALSE(cache.put(call, "zone", "webservices5", 60000));
    CHECK_FALSE(cache.get(call, "zone"));
    REQUIRE(fake.log.size() == 2);
    CHECK_THAT(fake.log[0], Catch::Contains("\"zone\""));
}

TEST_CASE_METHOD(Fixture, "a plugin finds the secret that it has kept, and makes another known", "[glue]")
{
    const psa::Secrets secrets(host);
    CHECK_FALSE(secrets.get(call, "token"));
    CHECK(secrets.keep(call, "token", "s3cret", 60000));
    CHECK(fake.ttlMs == 60000);
    CHECK(secrets.get(call, "token") == "s3cret");
    CHECK(secrets.learn(call, "one-time-code"));
    CHECK(fake.values["learned"] == "one-time-code");
    fake.fails = PSA_INTERNAL;
    CHECK_FALSE(secrets.learn(call, "abc"));
    CHECK_FALSE(secrets.keep(call, "token", "abc", 60000));
    CHECK_FALSE(secrets.get(call, "token"));
}

TEST_CASE_METHOD(Fixture, "on a host without psa.secrets/1 nothing is learned or kept", "[glue]")
{
    fake.offers = false;
    const psa::Secrets secrets(host);
    CHECK_FALSE(secrets.learn(call, "one-time-code"));
    CHECK_FALSE(secrets.keep(call, "token", "s3cret", 60000));
    CHECK_FALSE(secrets.get(call, "token"));
}

TEST_CASE_METHOD(Fixture, "the flags of a request reach the host", "[glue]")
{
    psa::HttpRequest request{"POST", "https://psa.example.com/token"};
    request.flags = 2; // PSA_HTTP_SECRET_ANSWER
    psa::send(host, call, request);
    CHECK(fake.flags == 2);
    request.mutates = true;
    psa::send(host, call, request);
    CHECK(fake.flags == 3);
}

TEST_CASE_METHOD(Fixture, "a verb that should stop says what happened and what to do next", "[glue]")
{
    callTable.is_cancelled = [](const psa_call *) -> uint32_t { return 0; };
    callTable.remaining_ms = [](const psa_call *) -> int64_t { return 1; };
    CHECK_NOTHROW(call.throwIfStopped());
    const auto stopped = [this] {
        try
        {
            call.throwIfStopped();
        }
        catch (const psa::Error &error)
        {
            return std::make_pair(error.status(), std::string(psa::view(error.toC().hint)));
        }
        return std::make_pair(psa_status(PSA_OK), std::string());
    };
    callTable.remaining_ms = [](const psa_call *) -> int64_t { return 0; };
    CHECK(stopped().first == PSA_TIMEOUT);
    CHECK_THAT(stopped().second, Catch::Contains("Try again"));
    callTable.is_cancelled = [](const psa_call *) -> uint32_t { return 1; };
    CHECK(stopped().first == PSA_CANCELLED);
    CHECK_THAT(stopped().second, Catch::Contains("Try again"));
}
