// A rotation of the master keys that ends at any of its writes, on a real store with real connections.
#include "host/secrets/sealed_record.h"
#include "tests/delivery/house.h"

#include <catch2/catch.hpp>

using namespace psa::http;
using namespace psa::run;
using namespace psa::secrets;
using namespace psa::test;

namespace {

constexpr const char *webhook = "https://hooks.example.com/secret-of-webhook";

/// Of everything that has a secret.
void addAll(Application &application)
{
    addConnections(application);
    application.sources().add(*parseObject(R"({"name":"web","preset":"json"})"), "secret-of-source", "test");
    const ApiRequest request{"PUT", "/v1/notify", {}, {}, R"({"webhook":")" + std::string(webhook) + "\"}", {"test"},
                             {}};
    REQUIRE(application.router().handle(request).status == 200);
}

/// Everything works with its own secret.
void checkAllWork(Application &application)
{
    CHECK(application.connections().all().size() == 3);
    for (const auto &live : application.connections().all())
    {
        CHECK(live->trouble.empty());
        REQUIRE(live->connection);
        CHECK(live->connection->redact("the secret-of-" + live->stored.name).find("secret-of") == std::string::npos);
    }
    const auto source = application.sources().get("web");
    CHECK(source->trouble.empty());
    REQUIRE(source->signatureKey);
    CHECK(*source->signatureKey == "secret-of-source");
    const ApiResponse notify = application.router().handle({"GET", "/v1/notify", {}, {}, "", {"test"}, {}});
    CHECK(notify.body.find("hooks.example.com") != std::string::npos);
    CHECK(notify.body.find("trouble") == std::string::npos);
}

bool starts(const HostFixture &house, KeyRing keys)
try
{
    house.with(std::move(keys), checkAllWork);
    return true;
}
catch (const KeyMissing &)
{
    return false;
}

void rotate(Application &application)
{
    const ApiRequest request{"POST", "/v1/keys/rotation", {}, {}, "{}", {"test"}, {}};
    const ApiResponse response = application.router().handle(request);
    CHECK(response.status == 200);
}

} // namespace

TEST_CASE("a rotation of the keys that is killed at any write leaves every secret readable, and is finished later",
          "[rotation]")
{
    for (const bool durable : {false, true})
    {
        bool killed = true;
        int writes = 0;
        for (; killed; ++writes)
        {
            CAPTURE(durable, writes);
            const HostFixture house;
            house.with(ring("old"), addAll);
            killed = house.with(ring("new", {"old"}), rotate, writes, durable);
            CHECK(starts(house, ring("new", {"old"})));
            if (!durable || !killed) // the last write may have been the one that it was killed after
                CHECK(starts(house, ring("new")) == !killed);
            CHECK_FALSE(house.with(ring("new", {"old"}), rotate));
            CHECK(starts(house, ring("new")));
            CHECK_FALSE(starts(house, ring("old")));
        }
        // The new canary, three connections, a source, the webhook, the old canary, and what has no end.
        CHECK(writes > 7);
    }
}
