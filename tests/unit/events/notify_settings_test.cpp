// How people are notified, set at run time.
#include "host/events/notify_settings.h"
#include "tests/support/manual_clock.h"
#include "tests/support/test_folder.h"
#include "tests/unit/secrets/keys.h"

#include "host/secrets/sealed_record.h"
#include "host/store/sqlite_store.h"

#include <catch2/catch.hpp>

using namespace psa::events;
using namespace psa::test;
using namespace psa::secrets;
using namespace psa::store;
using Catch::Contains;
using psa::notify::Notice;
using psa::notify::NotifyConfig;

namespace {

const std::string hook = "https://hooks.example.com/T00/secret-part";

struct Notified
{
    TestFolder folder{TestFolder::inMemory()};
    std::unique_ptr<Store> store = openSqliteStore({folder.path() / "state", ""}, std::make_shared<ManualClock>());
    NotifyConfig used;
    NotifyConfig file;
    std::vector<std::string> problems;
    std::string told;

    NotifySettings settings(const KeyRing *keys)
    {
        return NotifySettings({*store, keys, systemRandom, file, [this](const NotifyConfig &config) { used = config; },
                               [this](const Notice &notice, std::size_t &receivers) {
                                   told = notice.kind;
                                   receivers = used.webhook.empty() ? 0 : 1;
                                   return problems;
                               }});
    }

    std::string stored() const
    {
        return store->read([](const StoreReader &reader) { return reader.value("notify settings").value_or(""); });
    }
};

} // namespace

TEST_CASE("a webhook that is set is used at once and after a restart, and its URL is not shown or stored in the clear",
          "[notify]")
{
    Notified world;
    const KeyRing keys(masterKey("one", '1'));
    {
        NotifySettings settings = world.settings(&keys);
        settings.load();
        CHECK(settings.view().webhook.empty());
        settings.setWebhook(hook, "anna");
        CHECK(world.used.webhook == hook);
        CHECK(settings.view().webhook == "https://hooks.example.com/…");
        settings.setWebhook(settings.view().webhook, "anna"); // as a page sends it back
        CHECK(world.used.webhook == hook);
    }
    CHECK_THAT(world.stored(), !Contains("secret-part"));
    world.used = {};
    NotifySettings settings = world.settings(&keys);
    settings.load();
    CHECK(world.used.webhook == hook);
    settings.setWebhook("", "anna");
    CHECK(world.used.webhook.empty());
}

TEST_CASE("what the configuration file sets for notifications wins, and is shown as such", "[notify]")
{
    Notified world;
    const KeyRing keys(masterKey("one", '1'));
    world.settings(&keys).setWebhook(hook, "anna");
    world.file.webhook = "https://other.example.com/x";
    NotifySettings settings = world.settings(&keys);
    settings.load();
    CHECK(world.used.webhook == world.file.webhook);
    CHECK(settings.view().webhookFromFile);
    CHECK(settings.view().webhook == "https://other.example.com/…");
    CHECK_THROWS_AS(settings.setWebhook(hook, "anna"), NotifyRefused);
}

TEST_CASE("a change of the configuration file takes effect at once, and uncovers what was set at run time", "[notify]")
{
    Notified world;
    const KeyRing keys(masterKey("one", '1'));
    NotifySettings settings = world.settings(&keys);
    settings.load();
    settings.setWebhook(hook, "anna");
    NotifyConfig file;
    file.webhook = "https://other.example.com/x";
    file.command = {"/usr/local/bin/tell-us"};
    settings.useFile(file);
    CHECK(world.used.webhook == file.webhook);
    CHECK(world.used.command == file.command);
    CHECK(settings.view().webhookFromFile);
    CHECK_THROWS_AS(settings.setWebhook("", "anna"), NotifyRefused);
    settings.useFile({});
    CHECK(world.used.webhook == hook);
    CHECK(settings.view().command.empty());
}

TEST_CASE("a webhook that is no https URL, or that no key can seal, is rejected", "[notify]")
{
    Notified world;
    const KeyRing keys(masterKey("one", '1'));
    CHECK_THROWS_AS(world.settings(&keys).setWebhook("http://hooks.example.com", "anna"), NotifyRefused);
    CHECK_THROWS_AS(world.settings(nullptr).setWebhook(hook, "anna"), SealError);
    CHECK(world.used.webhook.empty());
}

TEST_CASE("without the key of the stored webhook the host starts, and says that nobody is notified", "[notify]")
{
    Notified world;
    const KeyRing keys(masterKey("one", '1'));
    world.settings(&keys).setWebhook(hook, "anna");
    NotifySettings settings = world.settings(nullptr);
    settings.load();
    CHECK(world.used.webhook.empty());
    CHECK_THAT(settings.view().trouble, Contains("master key"));
}

TEST_CASE("a key rotation seals the webhook under the new key", "[notify]")
{
    Notified world;
    const KeyRing old(masterKey("one", '1'));
    world.settings(&old).setWebhook(hook, "anna");
    std::vector<MasterKey> earlier;
    earlier.push_back(masterKey("one", '1'));
    const KeyRing both(masterKey("two", '2'), std::move(earlier));
    NotifySettings settings = world.settings(&both);
    settings.load();
    CHECK(settings.rewrap());
    CHECK(!settings.rewrap());
    CHECK(world.store->read([](const StoreReader &reader) { return NotifySettings::keyIdOf(reader); }) == "two");
    const KeyRing fresh(masterKey("two", '2'));
    NotifySettings after = world.settings(&fresh);
    after.load();
    CHECK(world.used.webhook == hook);
}

TEST_CASE("a test of the notifications tells whether each arrived, or that nobody gets one", "[notify]")
{
    Notified world;
    const KeyRing keys(masterKey("one", '1'));
    NotifySettings settings = world.settings(&keys);
    settings.load();
    CHECK(settings.tryOut().receivers == 0);
    settings.setWebhook(hook, "anna");
    world.problems = {"the webhook at hooks.example.com answered with HTTP 404"};
    const NotifySettings::Trial trial = settings.tryOut();
    CHECK(trial.receivers == 1);
    CHECK(trial.problems == world.problems);
    CHECK(world.told == "notify.test");
}
