// Hosts of an earlier commit and of today share a database, which today's migrates while the earlier one works. The earlier
// program is the first whose hosts share one: scripts/build-earlier-host.sh builds it.
#include "tests/postgres/shared_hosts.h"
#include "tests/postgres/shared_store.h"
#include "tests/support/postgres/server_programs.h"
#include "tests/support/test_folder.h"

#include "host/json/strict_json.h"
#include "host/store/copy.h"
#include "host/store/postgres/postgres_migrations.h"

#include <Poco/JSON/Array.h>

#include <catch2/catch.hpp>

#include <algorithm>
#include <iostream>
#include <map>
#include <sstream>

using namespace psa::store;
using namespace psa::test;
using namespace psa::test::chaos;
using namespace psa::test::postgres;
using namespace std::chrono_literals;
using Poco::JSON::Array;
using Poco::JSON::Object;

namespace {

const std::vector<std::string> connections{"acme", "acme1", "acme2", "acme3"};

Object::Ptr documentOf(const psa::http::ApiResponse &answer)
{
    CAPTURE(answer.body);
    REQUIRE(answer.status / 100 == 2);
    return psa::json::parseStrict(answer.body).extract<Object::Ptr>();
}

/// Everything that is done through the hosts, and what must have become of it.
class Work
{
public:
    explicit Work(Shared &shared) : shared_(shared) {}

    /// A source, and a rule that makes tickets of all of it.
    void addSource(const World &host)
    {
        token_ = documentOf(host.ask("POST", "/v1/sources", R"({"name":"prod","preset":"json"})"))
                     ->getValue<std::string>("token");
        Object::Ptr fields = psa::json::parseStrict(host.psa().ticket).extract<Object::Ptr>();
        fields->set("title", "{{title}}");
        std::ostringstream text;
        fields->stringify(text);
        documentOf(host.ask("POST", "/v1/rules",
                            R"({"name":"All","mode":"on","conditions":{},"do":"ticket","ticket":{"connection":"acme",)"
                            R"("fields":)" +
                                text.str() +
                                R"(},"onRepeat":{"do":"count"},"onRecovery":"resolve","storm":{"tickets":0}})"));
    }

    /// A ticket of each connection, through this host.
    void submitAll(const World &host)
    {
        for (const std::string &each : connections)
            tickets_.push_back(submit(host, "Alert " + std::to_string(++count_), each));
    }
    /// A note on each of the newest tickets.
    void addNotes(const World &host)
    {
        for (std::size_t i = tickets_.size() - connections.size(); i < tickets_.size(); ++i)
        {
            marks_.push_back("mark" + std::to_string(++count_) + "x");
            documentOf(host.ask("POST", "/v1/tickets/" + std::to_string(tickets_.at(i)) + "/notes",
                                R"({"text":")" + marks_.back() + R"("})"));
        }
    }
    /// A problem that has a ticket of its own; its recovery resolves it.
    void deliver(const World &host, const std::string &key, const char *kind)
    {
        documentOf(host.ask({"POST",
                             "/v1/hooks/prod",
                             {},
                             {{"authorization", "Bearer " + token_}},
                             R"({"kind":")" + std::string(kind) + R"(","key":")" + key + R"(","title":"Trouble )" +
                                 key + R"(","severity":"high"})",
                             {},
                             {}}));
        keys_.insert(key);
    }

    /// Everything is done, once, as this host sees it. `some`: deliveries may still wait for the host that handles the source.
    void check(const World &host, bool some = false)
    {
        some_ = some;
        CHECK(eventually([&] { return stateOfAll(host).empty(); }, 90s));
        CHECK_THAT(stateOfAll(host), Catch::Equals(""));
        std::map<std::string, int> titles;
        for (const Object::Ptr &each : host.tickets())
            ++titles[each->getValue<std::string>("title")];
        for (const std::string &each : keys_)
        {
            CAPTURE(each);
            CHECK((titles["Trouble " + each] == 1 || (some && titles["Trouble " + each] == 0)));
        }
        checkAllThereOnce(host);
        for (const std::string &each : marks_)
        {
            CAPTURE(each);
            CHECK(notesWith(each) == 1);
        }
    }

private:
    int notesWith(const std::string &mark) const
    {
        int count = 0;
        for (const auto &note : shared_.psa().notes())
            count += note.text.find(mark) != std::string::npos ? 1 : 0;
        return count;
    }

    /// "" = nothing is left to do.
    std::string stateOfAll(const World &host) const
    {
        std::string left;
        std::size_t troubles = 0;
        for (const Object::Ptr &each : host.tickets())
        {
            troubles += each->getValue<std::string>("title").starts_with("Trouble") ? 1 : 0;
            if (each->getValue<std::string>("state") != "done")
                left += each->getValue<std::string>("title") + ": " + each->getValue<std::string>("state") + "\n";
        }
        if (troubles + (some_ ? kept(host) : 0) < keys_.size())
            left += "there are " + std::to_string(troubles) + " tickets of deliveries\n";
        for (const std::string &each : marks_)
            left += notesWith(each) == 0 ? "no " + each + "\n" : "";
        return left;
    }

    static std::size_t kept(const World &host)
    {
        const psa::http::ApiRequest waiting{"GET", "/v1/sources/prod/deliveries", {{"state", "kept"}}, {}, "", {}, {}};
        return documentOf(host.ask(waiting))->getArray("deliveries")->size();
    }

    Shared &shared_;
    std::string token_;
    bool some_ = false;
    int count_ = 0;
    std::vector<std::int64_t> tickets_;
    std::vector<std::string> marks_;
    std::set<std::string> keys_;
};

/// Both work at least one connection.
bool areBothAtWork(const Shared &shared, const Host &one, const Host &other)
{
    return eventually([&] {
        const auto works = [&](const Host &host) {
            return std::any_of(connections.begin(), connections.end(),
                               [&](const std::string &each) { return shared.ownerOf(each) == host.owner; });
        };
        return works(one) && works(other);
    });
}

bool worksAll(const Shared &shared, const Host &host)
{
    return eventually([&] {
        return std::all_of(connections.begin(), connections.end(),
                           [&](const std::string &each) { return shared.ownerOf(each) == host.owner; });
    });
}

/// The ids of the hosts that this one sees, with their states.
std::map<std::string, std::string> hostsSeenBy(const World &host)
{
    std::map<std::string, std::string> seen;
    const Array::Ptr all = documentOf(host.ask("GET", "/v1/hosts"))->getArray("hosts");
    for (unsigned i = 0; i < all->size(); ++i)
        seen[all->getObject(i)->getValue<std::string>("id")] = all->getObject(i)->getValue<std::string>("state");
    return seen;
}

constexpr const char *notNow = R"({"kind":"status","status":503,"when":"before"})";

} // namespace

TEST_CASE("a host of an earlier commit and one of today share a database, before and after it is migrated",
          "[releases]")
{
    if (isSkipped())
        return;
    if (!std::filesystem::exists(EARLIER_CHAOS_HOST))
    {
        std::cout << "SKIPPED: there is no program of an earlier commit; scripts/build-earlier-host.sh builds it\n";
        return;
    }
    const Environment callTime("PSA_CHAOS_CALL_MS", "2000");
    Shared shared;
    Work work(shared);
    const auto version = [&] { return shared.session().value("SELECT max(version) FROM psa.schema_version"); };

    // The earlier one alone, on its schema.
    Host old = shared.add(true, EARLIER_CHAOS_HOST);
    CHECK(version() == "1");
    for (std::size_t i = 1; i < connections.size(); ++i)
        old.world->connect(connections[i], shared.psa().plugin);
    REQUIRE(worksAll(shared, old));
    work.addSource(*old.world);
    work.submitAll(*old.world);
    work.deliver(*old.world, "one", "problem");
    work.check(*old.world);

    // Today's migrates while the earlier one works on, and they share.
    const std::string owner = old.owner;
    Host today = shared.add();
    CHECK(version() == std::to_string(postgresSchemaVersions().size()));
    REQUIRE(areBothAtWork(shared, old, today));
    for (const Host *host : {&old, &today})
    {
        const std::map<std::string, std::string> both{{owner, "live"}, {today.owner, "live"}};
        CHECK(eventually([&] { return hostsSeenBy(*host->world) == both; }));
        work.submitAll(*host->world);
        work.addNotes(host == &old ? *today.world : *old.world);
        work.deliver(*host->world, host == &old ? "two" : "three", "problem");
    }
    work.deliver(*today.world, "one", "recovery"); // opened on the earlier one
    // The earlier one hears nothing of changes by others: if it handles the source, it reads what today's has taken in once
    // the lease moves.
    work.check(*old.world, true);
    work.check(*today.world, true);
    // What only today's writes: the earlier one leaves it.
    CHECK(eventually([&] { return shared.session().value("SELECT count(*) FROM psa.duty") == "1"; }));
    CHECK(shared.session().value("SELECT address FROM psa.host WHERE owner = '" + today.owner + "'") == "chaos");
    CHECK(shared.session().value("SELECT address FROM psa.host WHERE owner = '" + old.owner + "'").empty());

    // Ready work of a killed one is taken over by the other, and what it was sending is looked for.
    for (int round = 0; round < 2; ++round)
    {
        Host &killed = round == 0 ? old : today;
        Host &left = round == 0 ? today : old;
        CAPTURE(round);
        REQUIRE(areBothAtWork(shared, old, today));
        shared.fault(notNow);
        work.submitAll(*left.world);
        work.submitAll(*killed.world);
        killed.world->kill();
        shared.psa().simulator->clearFaults();
        CHECK(worksAll(shared, left));
        work.addNotes(*left.world);
        work.deliver(*left.world, round == 0 ? "two" : "three", "recovery");
        work.deliver(*left.world, "alone " + std::to_string(round), "problem");
        work.check(*left.world);
        shared.begin(killed); // the earlier one: on the schema of today
        REQUIRE(areBothAtWork(shared, old, today));
        shared.fault(R"({"kind":"delay","ms":30000,"when":"after"})", 2);
        const std::size_t before = shared.creates();
        work.submitAll(*killed.world);
        CHECK(eventually([&] { return shared.creates() >= before + 2; }));
        killed.world->kill();
        work.check(*left.world);
        shared.begin(killed);
        work.check(*killed.world);
    }

    // One that is stopped in order hands over at once, either way.
    for (int round = 0; round < 2; ++round)
    {
        Host &stopped = round == 0 ? old : today;
        Host &left = round == 0 ? today : old;
        CAPTURE(round);
        REQUIRE(areBothAtWork(shared, old, today));
        stopped.world->end();
        work.submitAll(*left.world);
        work.check(*left.world);
        shared.begin(stopped);
        work.submitAll(*stopped.world);
        work.check(*left.world);
    }
    for (const Host *host : {&old, &today})
    {
        INFO(host->world->logged());
        CHECK(host->world->leak().empty());
        host->world->end();
    }

    // Copied as it is, once both have ended.
    const TestFolder folder;
    PostgresStoreSettings from;
    from.uri = shared.uri();
    const SqliteStoreSettings to{folder.path() / "copy", "/run/test.sock"};
    const CopyReport copied = copyStore(from, to);
    CHECK(copied.rowsOf("ticket") == std::stoi(shared.session().value("SELECT count(*) FROM psa.ticket")));
    CHECK(openSqliteStore(to, std::make_shared<psa::clock::SystemClock>())->openReport().restored.empty());
}
