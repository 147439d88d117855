// A damaged row of any kind is shown as such, and nothing else is affected.
#include "host/json/utf8.h"
#include "host/store/sqlite/sqlite_database.h"
#include "tests/delivery/house.h"
#include "tests/delivery/world.h"

#include <catch2/catch.hpp>

#include <Poco/JSON/Array.h>

using namespace psa::http;
using namespace psa::json;
using namespace psa::run;
using namespace psa::store;
using namespace psa::test;
using Catch::Contains;
using Poco::JSON::Array;
using Poco::JSON::Object;

namespace {

const std::vector<std::string> lists = {"/v1/tickets", "/v1/connections", "/v1/audit",     "/v1/tokens",   "/v1/status",
                                        "/v1/plugins", "/metrics",        "/v1/tickets/1", "/v1/tickets/2"};

ApiResponse api(Application &application, const char *method, const std::string &path, const std::string &body = "")
{
    return application.router().handle({method, path, {}, {}, body, {"test"}, {}});
}

Object::Ptr document(Application &application, const std::string &path)
{
    const ApiResponse answer = api(application, "GET", path);
    CAPTURE(path, answer.body);
    REQUIRE(answer.status == 200);
    REQUIRE(isValidUtf8(answer.body));
    return parseObject(answer.body);
}

/// The element of a list whose `member` is `value`.
Object::Ptr element(const Object &page, const char *list, const char *member, const std::string &value)
{
    const Array::Ptr all = page.getArray(list);
    for (unsigned i = 0; i < all->size(); ++i)
        if (all->getObject(i)->get(member).convert<std::string>() == value)
            return all->getObject(i);
    FAIL("there is no " << member << " " << value << " among the " << list);
    return nullptr;
}

/// Three connections, three tickets with the numbers 1 to 3, two tokens, audit entries.
struct Damaged
{
    HostFixture house;

    /// `sql`: the damage to the file.
    explicit Damaged(const std::string &sql)
    {
        with([](Application &application) {
            addConnections(application);
            for (const char *title : {"one", "two", "three"})
                REQUIRE(api(application, "POST", "/v1/tickets",
                            R"({"connection":"a","title":")" + std::string(title) + R"("})")
                            .status == 202);
            application.access().tokens.add("reader", {Scope::read}, {}, "test");
            application.access().tokens.add("submitter", {Scope::submit}, {}, "test");
        });
        SqliteDatabase(house.folder.path() / "state/store.db", "").execute(sql.c_str());
    }
    void with(const std::function<void(Application &)> &work) const { house.with(ring("key"), work); }
};

} // namespace

TEST_CASE("a ticket whose row is damaged says so, and its neighbours are unaffected", "[damaged]")
{
    const std::string sql = GENERATE(
        as<std::string>(), R"(UPDATE ticket SET warnings = '["cut' WHERE id = 2)",
        R"(UPDATE ticket SET warnings = '{"no":"list"}' WHERE id = 2)", "UPDATE ticket SET state = 77 WHERE id = 2",
        "UPDATE ticket SET state = -1 WHERE id = 2", R"(UPDATE ticket_document SET request = '{"title' WHERE id = 2)",
        "UPDATE ticket_document SET request = CAST(x'7b22ff' AS TEXT) WHERE id = 2",
        "UPDATE ticket_document SET request = '[]' WHERE id = 2",
        "UPDATE ticket_document SET ticket = 'nonsense' WHERE id = 2", "DELETE FROM ticket_document WHERE id = 2");
    CAPTURE(sql);
    const Damaged damaged(sql);
    damaged.with([](Application &application) {
        const Object::Ptr page = document(application, "/v1/tickets");
        CHECK(page->getArray("tickets")->size() == 3);
        CHECK(element(*page, "tickets", "id", "1")->getValue<std::string>("title") == "one");
        CHECK(element(*page, "tickets", "id", "3")->getValue<std::string>("title") == "three");
        CHECK(!element(*page, "tickets", "id", "3")->has("damaged"));
        const bool inList = element(*page, "tickets", "id", "2")->has("damaged");
        const bool byItself = document(application, "/v1/tickets/2")->has("damaged");
        CHECK((inList || byItself));
        for (const std::string &path : lists)
            CHECK(api(application, "GET", path).status == 200);
        CHECK(api(application, "POST", "/v1/tickets/2/discard", "{}").status == 200);
        CHECK(document(application, "/v1/tickets/2")->getValue<std::string>("state") == "cancelled");
    });
}

TEST_CASE("impossible texts and times are shown as the nearest possible ones", "[damaged]")
{
    const std::string sql = GENERATE(
        as<std::string>(), "UPDATE ticket SET reason_text = CAST(x'41ff42' AS TEXT) WHERE id = 2",
        "UPDATE ticket SET created = 9000000000000000000, changed = -9000000000000000000 WHERE id = 2",
        "UPDATE ticket SET due = 9000000000000000000 WHERE id = 2",
        "UPDATE connection SET created = 9000000000000000000 WHERE name = 'b'",
        "UPDATE connection SET plugin = CAST(x'ff' AS TEXT) WHERE name = 'b'",
        "DROP TRIGGER audit_is_append_only; UPDATE audit SET time = 9000000000000000000, who = CAST(x'ff' AS TEXT)"
        " WHERE id = 2",
        "INSERT INTO budget_bucket VALUES ('a', '', 0, 1, -1), ('a', '', -5, 9000000000000000000, 3)",
        "UPDATE ticket_count SET n = -1 WHERE connection_id > 0",
        "UPDATE connection SET breakers = '{', test = 'nonsense' WHERE name = 'a'");
    CAPTURE(sql);
    const Damaged damaged(sql);
    damaged.with([](Application &application) {
        for (const std::string &path : lists)
        {
            const ApiResponse answer = api(application, "GET", path);
            CAPTURE(path, answer.body);
            CHECK(answer.status == 200);
            CHECK(isValidUtf8(answer.body));
        }
        CHECK(api(application, "POST", "/v1/tickets", R"({"connection":"a","title":"four"})").status == 202);
    });
}

TEST_CASE("a ticket whose request is damaged is not sent again blindly: it must be submitted again", "[damaged]")
{
    const Damaged damaged(R"(UPDATE ticket_document SET request = '{"title' WHERE id = 2)");
    damaged.with([](Application &application) {
        REQUIRE(api(application, "POST", "/v1/tickets/2/discard", "{}").status == 200);
        const ApiResponse answer = api(application, "POST", "/v1/tickets/2/retry", "{}");
        CHECK(answer.status == 409);
        CHECK_THAT(answer.body, Contains("cannot be read") && Contains("Submit it again"));
    });
}

TEST_CASE(
    "a connection whose documents are damaged is broken, accepts no ticket, and works when they are entered again",
    "[damaged]")
{
    const std::string column = GENERATE("configuration", "defaults");
    CAPTURE(column);
    const Damaged damaged("UPDATE connection SET " + column + " = '{\"cut' WHERE name = 'b'");
    damaged.with([&](Application &application) {
        const Object::Ptr page = document(application, "/v1/connections");
        CHECK(element(*page, "connections", "name", "a")->getValue<std::string>("state") == "ready");
        const Object::Ptr broken = element(*page, "connections", "name", "b");
        CHECK(broken->getValue<std::string>("state") == "broken");
        CHECK_THAT(broken->getValue<std::string>("trouble"),
                   Contains("cannot be read") && Contains(column == "defaults" ? "ticket defaults" : "configuration"));
        CHECK(api(application, "POST", "/v1/tickets", R"({"connection":"b","title":"x"})").status == 503);
        CHECK(api(application, "POST", "/v1/tickets", R"({"connection":"a","title":"x"})").status == 202);
        const ApiResponse mended = api(
            application, "PUT", "/v1/connections/b",
            R"({"plugin":"com.example.relay","configuration":{"report":"honest","key":"secret-of-b"},"ticketDefaults":{}})");
        CAPTURE(mended.body);
        CHECK(mended.status == 200);
        CHECK(document(application, "/v1/connections/b")->getValue<std::string>("state") == "ready");
        CHECK(api(application, "POST", "/v1/tickets", R"({"connection":"b","title":"x"})").status == 202);
    });
}

TEST_CASE("a damaged audit entry is shown as such among the others", "[damaged]")
{
    const Damaged damaged("DROP TRIGGER audit_is_append_only; UPDATE audit SET detail = '{\"cut' WHERE id = 2");
    damaged.with([](Application &application) {
        const Object::Ptr entry = element(*document(application, "/v1/audit"), "entries", "id", "2");
        CHECK_THAT(entry->getObject("detail")->getValue<std::string>("unreadable"), Contains("cannot be read"));
    });
}

TEST_CASE("a damaged token grants no access, is shown and can be removed; the others still work", "[damaged]")
{
    const std::string sql =
        GENERATE(as<std::string>(), R"(replace(CAST(value AS TEXT), '"scopes":["read"]', '"scopes":7'))",
                 R"(replace(CAST(value AS TEXT), '"name":"reader"', '"nbme":"reader"'))");
    const Damaged damaged("UPDATE value SET value = CAST(" + sql + " AS BLOB) WHERE name = 'access tokens'");
    damaged.with([](Application &application) {
        const Object::Ptr page = document(application, "/v1/tokens");
        CHECK(page->getArray("tokens")->size() == 2);
        CHECK(!element(*page, "tokens", "name", "submitter")->has("damaged"));
        const Object::Ptr token = element(*page, "tokens", "name", "damaged");
        CHECK(token->has("damaged"));
        CHECK(token->getArray("scopes")->size() == 0);
        const auto id = token->getValue<std::string>("id");
        CHECK(!application.access().tokens.find(id));
        CHECK(api(application, "DELETE", "/v1/tokens/" + id).status == 204);
        CHECK(document(application, "/v1/tokens")->getArray("tokens")->size() == 1);
    });
}

TEST_CASE("tokens that cannot be read at all grant no access, can be replaced, and are kept for analysis", "[damaged]")
{
    const Damaged damaged("UPDATE value SET value = CAST('{\"tok' AS BLOB) WHERE name = 'access tokens'");
    damaged.with([](Application &application) {
        CHECK(document(application, "/v1/tokens")->getArray("tokens")->size() == 0);
        CHECK(!application.access().tokens.damage().empty());
        const auto made = application.access().tokens.add("new", {Scope::admin}, {}, "test");
        CHECK(application.access().tokens.check(made.text));
        CHECK(application.store().read([](const StoreReader &r) { return r.value("access tokens, damaged"); }) ==
              "{\"tok");
    });
    damaged.with([](Application &application) {
        CHECK(application.access().tokens.damage().empty());
        CHECK(document(application, "/v1/tokens")->getArray("tokens")->size() == 1);
    });
}

TEST_CASE("a ticket that cannot be read is not sent and waits for a human; the next one is sent", "[damaged]")
{
    DeliveryWorld world;
    world.submit("R1");
    world.submit("R2");
    world.restartAfter("UPDATE ticket_document SET ticket = '{\"ver' WHERE id = 1;"
                       "UPDATE ticket SET warnings = 'x' WHERE id = 2");
    world.run();
    CHECK(world.state(1) == "needs_review");
    CHECK_THAT(world.ticket(1).reason.text, Contains("cannot be read"));
    CHECK(world.state(2) == "done");
    REQUIRE(world.notices.size() == 1);
    CHECK(world.notices[0].kind == "ticket.needs_review");
}
