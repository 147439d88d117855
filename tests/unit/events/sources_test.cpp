// Configured sources, their credentials and their secrets.
#include "host/events/hook_access.h"
#include "host/secrets/sealed_record.h"
#include "tests/unit/events/intake_world.h"

#include <catch2/catch.hpp>

using namespace psa;
using namespace psa::events;
using namespace psa::test;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

constexpr const char *signedSource = R"({"name":"a","preset":"json",
    "signature":{"header":"X-Signature","timestampHeader":"X-Time","maxAgeSeconds":300}})";

/// Why a request is not admitted; "" = it is.
std::string why(IntakeWorld &world, const std::string &source, const HookCredentials &credentials,
                const RawDelivery &delivery = IntakeWorld::post("x"))
{
    return whyNotAdmitted(*world.sources->get(source), credentials, delivery, world.clock->wallNow());
}

/// A delivery signed with `key`, `age` ago.
RawDelivery signedDelivery(const IntakeWorld &world, const std::string &key, const std::string &body,
                           std::chrono::seconds age = 0s)
{
    RawDelivery delivery = IntakeWorld::post(body);
    const auto time = std::chrono::duration_cast<std::chrono::seconds>(world.clock->wallNow().time_since_epoch()) - age;
    delivery.headers["x-time"] = std::to_string(time.count());
    delivery.headers["x-signature"] = signatureOf(key, std::to_string(time.count()), body);
    return delivery;
}

std::string pointerOf(IntakeWorld &world, const std::string &document)
try
{
    world.sources->add(*json::parseObject(document), {}, "test");
    return "none";
}
catch (const SourceInvalid &error)
{
    return error.pointer();
}

} // namespace

TEST_CASE("a source with the reader of its preset can be added while the machine is too busy to try readers",
          "[sources]")
{
    IntakeWorld world;
    world.readerTrouble = "The machine is too busy.";
    CHECK(pointerOf(world, R"({"name":"a","preset":"json"})") == "none");
    CHECK(pointerOf(world, R"({"name":"b","preset":"json","reader":".body"})") == "/reader");
}

TEST_CASE("an invalid source is refused with the place of the error", "[sources]")
{
    IntakeWorld world;
    CHECK(pointerOf(world, R"({"preset":"json"})") == "/name");
    CHECK(pointerOf(world, R"({"name":"a/b","preset":"json"})") == "/name");
    CHECK(pointerOf(world, R"({"name":"a"})") == "/preset");
    CHECK(pointerOf(world, R"({"name":"a","preset":"nothing"})") == "/preset");
    CHECK(pointerOf(world, R"({"name":"a","preset":"json","reader":"broken"})") == "/reader");
    CHECK(pointerOf(world, R"({"name":"a","preset":"json","settings":{"nothing":1}})") == "/settings/nothing");
    CHECK(pointerOf(world, R"({"name":"a","preset":"json","timeZone":"Europe/Nowhere"})") == "/timeZone");
    CHECK(pointerOf(world, R"({"name":"a","preset":"json","quotaPerMinute":0})") == "/quotaPerMinute");
    CHECK(pointerOf(world, R"({"name":"a","preset":"json","quotaPerMinute":"6"})") == "/quotaPerMinute");
    CHECK(pointerOf(world, R"({"name":"a","preset":"json","signature":{}})") == "/signature/header");
    CHECK(pointerOf(world, R"({"name":"a","preset":"json","signature":{"header":"a b"}})") == "/signature/header");
    CHECK(pointerOf(world, R"({"name":"a","preset":"json","enabled":1})") == "/enabled");
    CHECK(pointerOf(world, R"({"name":"a","preset":"json","colour":"red"})") == "/colour");
    CHECK(pointerOf(world, R"({"name":"a","preset":"json"})") == "none");
    CHECK_THROWS_AS(world.sources->add(*json::parseObject(R"({"name":"a","preset":"json"})"), {}, "test"),
                    store::StoreError);
}

TEST_CASE("a source with all defaults is shown with them, and can be stored as shown", "[sources]")
{
    IntakeWorld world;
    const auto source = world.add(R"({"name":"a","preset":"json"})");
    const auto shown = toJson(source->settings);
    CHECK(shown->getValue<int>("staleAfterHours") == 168);
    CHECK(shown->getValue<int>("quotaPerMinute") == 600);
    const auto again = world.sources->change("a", *shown, {}, source->stored.version, "test");
    CHECK(json::jsonText(toJson(again->settings)) == json::jsonText(shown));
    CHECK(again->stored.version == source->stored.version + 1);
    CHECK_THROWS_AS(world.sources->change("a", *shown, {}, source->stored.version, "test"), store::StoreError);
    CHECK_THROWS_AS(world.sources->change("b", *shown, {}, {}, "test"), UnknownSource);
}

TEST_CASE("a source takes its own token only, until another one replaces it", "[sources]")
{
    IntakeWorld world;
    world.add(R"({"name":"a","preset":"json"})");
    world.add(R"({"name":"b","preset":"json"})");
    const std::string token = world.tokens["a"];
    CHECK_THAT(token, Catch::StartsWith("psas_"));
    CHECK(why(world, "a", {token, ""}).empty());
    CHECK_FALSE(why(world, "b", {token, ""}).empty());
    CHECK_FALSE(why(world, "a", {"", ""}).empty());
    CHECK_FALSE(why(world, "a", {token + "0", ""}).empty());
    world.open();
    CHECK(why(world, "a", {token, ""}).empty());
    const std::string next = world.sources->renewToken("a", "test");
    CHECK_FALSE(why(world, "a", {token, ""}).empty());
    CHECK(why(world, "a", {next, ""}).empty());
    world.sources->revokeToken("a", "test");
    CHECK_FALSE(why(world, "a", {next, ""}).empty());
}

TEST_CASE("the secret of a URL admits until it is revoked, and a wrong one is not mended by a token", "[sources]")
{
    IntakeWorld world;
    world.add(R"({"name":"a","preset":"json"})");
    CHECK_FALSE(why(world, "a", {"", "psau_0"}).empty());
    const std::string secret = world.sources->renewUrlSecret("a", "test");
    CHECK(why(world, "a", {"", secret}).empty());
    CHECK(why(world, "a", {"wrong", secret}).empty());
    CHECK_FALSE(why(world, "a", {world.tokens["a"], "psau_0"}).empty());
    world.sources->revokeUrlSecret("a", "test");
    CHECK_FALSE(why(world, "a", {"", secret}).empty());
}

TEST_CASE("a source that was removed and added again knows nothing of the old one", "[sources]")
{
    IntakeWorld world;
    const auto first = world.add(R"({"name":"a","preset":"json"})");
    const std::string token = world.tokens["a"];
    world.sources->remove("a", "test");
    CHECK_FALSE(world.sources->find("a"));
    const auto second = world.add(R"({"name":"a","preset":"json"})");
    CHECK(first->settings.uid != second->settings.uid);
    CHECK(first->settings.id != second->settings.id);
    CHECK_FALSE(why(world, "a", {token, ""}).empty());
}

TEST_CASE("a source that signs is admitted by a good signature only", "[sources]")
{
    IntakeWorld world;
    world.add(signedSource, "a secret of signatures");
    CHECK(why(world, "a", {}, signedDelivery(world, "a secret of signatures", "body")).empty());
    CHECK_THAT(why(world, "a", {}, signedDelivery(world, "another secret", "body")), Contains("does not fit"));
    RawDelivery changed = signedDelivery(world, "a secret of signatures", "body");
    changed.body = "bodY";
    CHECK_THAT(why(world, "a", {}, changed), Contains("does not fit"));
    CHECK_THAT(why(world, "a", {world.tokens["a"], ""}), Contains("wants signed requests"));
    RawDelivery untimed = signedDelivery(world, "a secret of signatures", "body");
    untimed.headers.erase("x-time");
    CHECK_THAT(why(world, "a", {}, untimed), Contains("x-time"));
    RawDelivery prefixed = signedDelivery(world, "a secret of signatures", "body");
    prefixed.headers["x-signature"] = "SHA256=" + prefixed.headers["x-signature"];
    CHECK(why(world, "a", {}, prefixed).empty());
    world.open();
    CHECK(why(world, "a", {}, signedDelivery(world, "a secret of signatures", "body")).empty());
}

TEST_CASE("a signature of too long ago, or of the future, is refused", "[sources]")
{
    IntakeWorld world;
    world.add(signedSource, "a secret of signatures");
    for (const auto age : {300s, -300s})
        CHECK(why(world, "a", {}, signedDelivery(world, "a secret of signatures", "body", age)).empty());
    for (const auto age : {301s, -301s})
        CHECK_THAT(why(world, "a", {}, signedDelivery(world, "a secret of signatures", "body", age)),
                   Contains("Check the clocks"));
    RawDelivery odd = signedDelivery(world, "a secret of signatures", "body");
    odd.headers["x-time"] = "9223372036854775807";
    odd.headers["x-signature"] = signatureOf("a secret of signatures", odd.headers["x-time"], "body");
    CHECK_FALSE(why(world, "a", {}, odd).empty());
}

TEST_CASE("a copy of a signed request is a duplicate, even after its problem has recovered", "[sources]")
{
    IntakeWorld world;
    world.add(signedSource, "a secret of signatures");
    const RawDelivery original = signedDelivery(world, "a secret of signatures", "problem x");
    world.receive("a", original);
    world.clock->advance(1min);
    world.receive("a", signedDelivery(world, "a secret of signatures", "recovery x"));
    world.clock->advance(1min);
    CHECK(world.receive("a", original).kind == Received::Kind::duplicate);
    CHECK(world.receive("a", signedDelivery(world, "a secret of signatures", "problem x")).kind ==
          Received::Kind::done);
}

TEST_CASE("without a master key the secret of signatures is refused with what to do", "[sources]")
{
    IntakeWorld world(false);
    CHECK_THROWS_WITH(world.add(signedSource, "a secret of signatures"), Contains("psa-host keys generate"));
    CHECK_THROWS_AS(world.add(R"({"name":"b","preset":"uptime-kuma"})", "a secret of signatures"), SourceInvalid);
}

TEST_CASE("a signed source whose master key is missing takes nothing, and says so", "[sources]")
{
    IntakeWorld world;
    world.add(signedSource, "a secret of signatures");
    world.keys.reset();
    world.open();
    CHECK_THAT(world.sources->get("a")->trouble, Contains("master key"));
    const RawDelivery delivery = signedDelivery(world, "a secret of signatures", "problem x");
    CHECK(why(world, "a", {}, delivery).empty()); // its sender is not turned away for good
    CHECK_THROWS_AS(world.receive("a", delivery), DeliveryNotTaken);
}

TEST_CASE("a rotation of master keys reaches the secrets of sources", "[sources]")
{
    IntakeWorld world;
    world.add(signedSource, "a secret of signatures");
    const auto kept = world.receive("a", signedDelivery(world, "a secret of signatures", "nonsense"));
    world.keys.emplace(masterKey("key-2", '2'), [] {
        std::vector<secrets::MasterKey> old;
        old.push_back(masterKey("key-1", '1'));
        return old;
    }());
    world.open();
    CHECK(keyIdsOf({world.sources->get("a")->stored}) == std::set<std::string>{"key-1"});
    CHECK(world.sources->rotateKeys("test") == 1);
    CHECK(world.sources->rotateKeys("test") == 0);
    CHECK(keyIdsOf({world.sources->get("a")->stored}) == std::set<std::string>{"key-2"});
    world.keys.emplace(masterKey("key-2", '2'));
    world.open();
    CHECK(why(world, "a", {}, signedDelivery(world, "a secret of signatures", "x")).empty());
    CHECK(world.intake->request(*world.delivery(kept.delivery)).body == "nonsense");
}

TEST_CASE("removing the key of signatures admits the token again, and keeps what was sealed", "[sources]")
{
    IntakeWorld world;
    world.add(signedSource, "a secret of signatures");
    const auto kept = world.receive("a", signedDelivery(world, "a secret of signatures", "nonsense"));
    world.sources->removeSignatureKey("a", "test");
    CHECK(why(world, "a", {world.tokens["a"], ""}).empty());
    CHECK(world.intake->request(*world.delivery(kept.delivery)).body == "nonsense");
}

TEST_CASE("a damaged source is listed with its trouble, and others work", "[sources]")
{
    IntakeWorld world;
    const auto source = world.add(R"({"name":"a","preset":"json"})");
    world.add(R"({"name":"b","preset":"json"})");
    world.store->write([&](store::StoreWriter &writer) {
        store::StoredDefinition damaged = source->stored;
        damaged.documentJson = R"({"name":"a","preset":"gone"})";
        writer.updateDefinition(damaged, "test");
    });
    world.open();
    CHECK_THAT(world.sources->get("a")->trouble, Contains("gone"));
    CHECK_THROWS_AS(world.receive("a", "problem x"), DeliveryNotTaken);
    CHECK(world.receive("b", "problem x").kind == Received::Kind::done);
    world.sources->change("a", *json::parseObject(R"({"name":"a","preset":"json"})"), {}, {}, "test");
    CHECK(world.receive("a", "problem x").kind == Received::Kind::done);
}

TEST_CASE("every change of a source is in the audit log, without its secrets", "[sources]")
{
    IntakeWorld world;
    world.add(signedSource, "a secret of signatures");
    world.sources->renewToken("a", "who");
    const std::string secret = world.sources->renewUrlSecret("a", "who");
    world.sources->revokeUrlSecret("a", "who");
    world.sources->revokeToken("a", "who");
    world.sources->removeSignatureKey("a", "who");
    world.sources->resume("a", "who");
    world.sources->remove("a", "who");
    const auto page = world.store->read([](const store::StoreReader &reader) { return reader.audit({}); });
    std::string actions;
    for (const store::AuditEntry &entry : page.entries)
    {
        actions = entry.action + " " + actions;
        CHECK(entry.detailJson == R"({"source":"a"})");
    }
    CHECK(actions == "source.add source.token source.url source.url.revoke source.token.revoke "
                     "source.signature.remove source.resume source.remove ");
}
