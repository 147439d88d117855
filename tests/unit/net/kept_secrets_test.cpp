#include "host/net/kept_secrets.h"

#include "host/net/secret_registry.h"
#include "tests/support/manual_clock.h"

#include <catch2/catch.hpp>

using namespace psa::net;
using namespace std::chrono_literals;
using psa::test::ManualClock;

namespace {

struct Kept
{
    std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>();
    std::shared_ptr<SecretRegistry> secrets = std::make_shared<SecretRegistry>();
    KeptSecrets kept{clock, secrets};

    /// As many as the registry remembers of those that are not kept.
    void forgetPassing() const
    {
        for (std::size_t i = 0; i < SecretRegistry::maxPassing; ++i)
            secrets->learnPassing("passing-" + std::to_string(i));
    }
};

} // namespace

TEST_CASE("a secret is kept until it expires", "[kept-secrets]")
{
    Kept all;
    CHECK_FALSE(all.kept.get("token"));
    CHECK(all.kept.keep("token", "s3cret", 60s));
    all.clock->advance(60s - 1ms);
    CHECK(all.kept.get("token") == "s3cret");
    all.clock->advance(1ms);
    CHECK_FALSE(all.kept.get("token"));
}

TEST_CASE("a kept secret replaces the older one; an empty one or no time removes it", "[kept-secrets]")
{
    Kept all;
    CHECK(all.kept.keep("token", "older", 60s));
    CHECK(all.kept.keep("token", "newer", 60s));
    CHECK(all.kept.get("token") == "newer");
    CHECK(all.kept.keep("token", "", 60s));
    CHECK_FALSE(all.kept.get("token"));
    CHECK(all.kept.keep("token", "newer", 60s));
    CHECK(all.kept.keep("token", "newest", 0s));
    CHECK_FALSE(all.kept.get("token"));
}

TEST_CASE("a secret is redacted as long as it is kept, however many others pass", "[kept-secrets]")
{
    Kept all;
    CHECK(all.kept.keep("token", "s3cret", 60s));
    CHECK(all.kept.keep("login", R"({"access_token":"json-t0ken","expires_in":60})", 60s));
    all.forgetPassing();
    CHECK(all.secrets->redact("s3cret and json-t0ken") == "[redacted] and [redacted]");
    CHECK(all.kept.keep("token", "newer", 60s));
    CHECK(all.secrets->redact("s3cret newer") == "[redacted] [redacted]"); // the PSA may still know it
    all.forgetPassing();
    CHECK(all.secrets->redact("s3cret newer") == "s3cret [redacted]");
}

TEST_CASE("a connection keeps no more than 32 secrets, and expired ones make room", "[kept-secrets]")
{
    Kept all;
    for (std::size_t i = 0; i < KeptSecrets::maxSecrets; ++i)
        CHECK(all.kept.keep(std::to_string(i), "s3cret", i == 0 ? 1s : 60s));
    CHECK_FALSE(all.kept.keep("one more", "s3cret", 60s));
    CHECK(all.kept.keep("5", "other", 60s));
    all.clock->advance(1s);
    CHECK(all.kept.keep("one more", "s3cret", 60s));
}

TEST_CASE("a key, a secret or a time out of range is not kept", "[kept-secrets]")
{
    Kept all;
    CHECK_THROWS_AS(all.kept.keep("", "s3cret", 1s), std::invalid_argument);
    CHECK_THROWS_AS(all.kept.keep(std::string(201, 'k'), "s3cret", 1s), std::invalid_argument);
    CHECK_THROWS_AS(all.kept.keep("token", "abc", 1s), std::invalid_argument);
    CHECK_THROWS_AS(all.kept.keep("token", std::string(maxLearnedBytes + 1, 'x'), 1s), std::invalid_argument);
    CHECK_THROWS_AS(all.kept.keep("token", "s3cret", KeptSecrets::maxTtl + 1ms), std::invalid_argument);
    CHECK_THROWS_AS(all.kept.get(""), std::invalid_argument);
}
