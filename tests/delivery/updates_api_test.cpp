// Notes and changes of tickets through the API, with a plugin that takes them, and one that does not.
#include "host/api/views.h"
#include "host/service/ticket_actions.h"
#include "host/ticket/transitions.h"
#include "tests/delivery/fake_psa.h"
#include "tests/delivery/house.h"

#include <Poco/JSON/Array.h>

#include <catch2/catch.hpp>

#include <set>
#include <thread>
#include <tuple>

using namespace psa::http;
using namespace psa::service;
using namespace psa::test;
using namespace psa::ticket;
using Catch::Contains;
using Poco::JSON::Array;
using Poco::JSON::Object;

namespace {

using Headers = std::map<std::string, std::string>;

/// A host without delivery: "a" can be updated, "old" cannot.
struct UpdatesHouse
{
    HostFixture house;
    std::shared_ptr<FakePsa> psa = std::make_shared<FakePsa>();

    UpdatesHouse()
    {
        house.plugins = {updater(), relay()};
        house.transport = [this](const auto &) { return psa; };
    }

    void with(const std::function<void(Application &)> &work) const
    {
        REQUIRE(!house.with(ring("key"), [&](Application &application) {
            for (const auto &[name, plugin] :
                 {std::pair("a", "com.example.updater"), std::pair("old", "com.example.relay")})
            {
                ConnectionInput input;
                input.plugin = plugin;
                input.configuration = parseObject(R"({"report":"honest"})");
                application.connections().add(name, input, "test");
            }
            work(application);
        }));
    }
};

ApiResponse askHost(Application &application, const char *method, const std::string &path, const std::string &body = "",
                    const Headers &headers = {}, std::multimap<std::string, std::string> query = {})
{
    return application.router().handle({method, path, std::move(query), headers, body, {"test"}, {}});
}

Object::Ptr get(Application &application, const std::string &path)
{
    const ApiResponse answer = askHost(application, "GET", path);
    REQUIRE(answer.status == 200);
    return parseObject(answer.body);
}

std::int64_t submitTo(Application &application, const std::string &connection)
{
    const ApiResponse answer = askHost(application, "POST", "/v1/tickets",
                                       R"({"connection":")" + connection + R"(","title":"Disk full on srv01"})");
    REQUIRE(answer.status == 202);
    return parseObject(answer.body)->getValue<std::int64_t>("id");
}

/// Settles the ticket as delivery does.
void settleTicket(Application &application, std::int64_t id, TicketState state, const std::string &code = "test")
{
    application.store().write([&](StoreWriter &writer) {
        StoredTicket ticket = writer.ticketRow(id).value();
        claim(ticket, ClaimFor::sending, "", writer.now());
        TicketSettlement how;
        how.state = state;
        how.reason = {code, "As the test wants."};
        if (state == TicketState::done)
            how.outcome = TicketOutcome{"1000", "T1000", "", {}, false};
        REQUIRE(settle(ticket, ticket.fence, how, writer.now()));
        writer.saveTicket(ticket);
    });
}

/// The same for a note or a change.
void settleOperationAs(Application &application, std::int64_t id, TicketState state, const std::string &code = "test")
{
    application.store().write([&](StoreWriter &writer) {
        StoredOperation operation = writer.operation(id).value();
        operation.due = writer.now();
        claim(operation, ClaimFor::sending, "", writer.now());
        OperationSettlement how;
        how.state = state;
        how.reason = {code, "As the test wants."};
        REQUIRE(settle(operation, operation.fence, how, writer.now()));
        writer.saveOperation(operation);
    });
}

std::string pathOf(std::int64_t ticket, const std::string &end = "")
{
    return "/v1/tickets/" + std::to_string(ticket) + end;
}

std::string typeOf(const ApiResponse &answer)
{
    const auto type = parseObject(answer.body)->getValue<std::string>("type");
    return type.substr(type.rfind(':') + 1);
}

/// The only operation of an answer.
Object::Ptr onlyOperation(const ApiResponse &answer)
{
    const Array::Ptr operations = parseObject(answer.body)->getArray("operations");
    REQUIRE(operations->size() == 1);
    return operations->getObject(0);
}

std::vector<std::string> textsIn(const Array::Ptr &array)
{
    std::vector<std::string> texts;
    for (const auto &each : *array)
        texts.push_back(each.convert<std::string>());
    return texts;
}

} // namespace

TEST_CASE("a note is stored, and shown in the history of its ticket", "[api]")
{
    UpdatesHouse().with([](Application &application) {
        const auto ticket = submitTo(application, "a");
        const ApiResponse answer = askHost(application, "POST", pathOf(ticket, "/notes"),
                                           R"({"text":"Replaced\nthe disk","visibility":"public"})");
        CHECK(answer.status == 202);
        CHECK(answer.headers.at(0) == std::pair<std::string, std::string>("Location", pathOf(ticket)));
        CHECK(parseObject(answer.body)->getObject("ticket")->getValue<std::int64_t>("id") == ticket);
        const Object::Ptr note = onlyOperation(answer);
        CHECK(note->getValue<std::string>("kind") == "note");
        CHECK(note->getValue<std::string>("state") == "ready");
        CHECK(note->getValue<std::string>("who") == "test");
        CHECK(note->getObject("waitsFor")->getValue<std::string>("code") == "ticket");
        CHECK(jsonText(note->get("document")) ==
              R"({"kind":"note","notify":false,"text":"Replaced\nthe disk","visibility":"public"})");
        const Object::Ptr shown = get(application, pathOf(ticket));
        REQUIRE(shown->getArray("operations")->size() == 1);
        CHECK(jsonText(shown->getArray("operations")->get(0)) == jsonText(note));
        const Object::Ptr listed = get(application, "/v1/tickets")->getArray("tickets")->getObject(0);
        CHECK(textsIn(listed->getArray("operationStates")) == std::vector<std::string>{"ready"});
    });
}

TEST_CASE("what can be asked for a ticket is told with it, or why nothing can", "[api]")
{
    UpdatesHouse().with([](Application &application) {
        const auto ticket = submitTo(application, "a");
        const auto old = submitTo(application, "old");
        const Object::Ptr possible = get(application, pathOf(ticket))->getObject("updates");
        CHECK(textsIn(possible->getArray("can")) == std::vector<std::string>{"note", "change", "resolve", "reopen"});
        CHECK(textsIn(possible->getArray("changes")) == std::vector<std::string>{"status"});
        CHECK_FALSE(possible->has("why"));
        const Object::Ptr none = get(application, pathOf(old))->getObject("updates");
        CHECK(none->getArray("can")->size() == 0);
        CHECK_THAT(none->getValue<std::string>("why"), Contains("psa.update-ticket/1"));
        REQUIRE(askHost(application, "POST", pathOf(ticket, "/discard")).status == 200);
        CHECK_THAT(get(application, pathOf(ticket))->getObject("updates")->getValue<std::string>("why"),
                   Contains("is cancelled"));
    });
}

TEST_CASE("a note to a ticket whose plugin cannot take it is refused before anything is sent or stored", "[api]")
{
    const UpdatesHouse house;
    house.with([&](Application &application) {
        const auto ticket = submitTo(application, "old");
        for (const auto &[method, end, body] :
             {std::tuple("POST", "/notes", R"({"text":"x"})"), std::tuple("PATCH", "", R"({"status":"5"})"),
              std::tuple("POST", "/resolve", "{}"), std::tuple("POST", "/reopen", "{}")})
            for (const char *dry : {"true", "false"})
            {
                CAPTURE(end, dry);
                const ApiResponse answer =
                    askHost(application, method, pathOf(ticket, end), body, {}, {{"dryRun", dry}});
                CHECK(answer.status == 422);
                CHECK(typeOf(answer) == "update-not-supported");
                CHECK_THAT(answer.body, Contains("psa.update-ticket/1") && Contains("Nothing was sent"));
            }
        CHECK(get(application, pathOf(ticket))->getArray("operations")->size() == 0);
        CHECK(house.psa->updates.requests == 0);
    });
}

TEST_CASE("the same key stores a note once, and another request with it is rejected", "[api]")
{
    UpdatesHouse().with([](Application &application) {
        const auto ticket = submitTo(application, "a");
        const Headers key{{"idempotency-key", "once"}};
        const auto note = [&](const char *text, const char *end = "/notes") {
            return askHost(application, "POST", pathOf(ticket, end), R"({"text":")" + std::string(text) + R"("})", key);
        };
        const ApiResponse first = note("first");
        CHECK(first.status == 202);
        const ApiResponse again = note("first");
        CHECK(again.status == 200);
        CHECK(jsonText(onlyOperation(again)) == jsonText(onlyOperation(first)));
        const ApiResponse other = note("other");
        CHECK(other.status == 422);
        CHECK(typeOf(other) == "key-taken");
        CHECK(typeOf(askHost(application, "POST", pathOf(ticket, "/resolve"), "", key)) == "key-taken");
        CHECK(get(application, pathOf(ticket))->getArray("operations")->size() == 1);
        const auto second = submitTo(application, "a");
        CHECK(askHost(application, "POST", pathOf(second, "/notes"), R"({"text":"first"})", key).status == 202);
    });
}

TEST_CASE("resolve writes its note first, and sets the status that the connection names", "[api]")
{
    UpdatesHouse().with([](Application &application) {
        const auto ticket = submitTo(application, "a");
        const auto statusOf = [&](const std::string &end, const std::string &body) {
            const ApiResponse answer = askHost(application, "POST", pathOf(ticket, end), body);
            REQUIRE(answer.status == 202);
            const Array::Ptr all = parseObject(answer.body)->getArray("operations");
            const Object::Ptr last = all->getObject(static_cast<unsigned>(all->size() - 1));
            return last->getObject("document")->get("status").convert<std::string>();
        };
        const ApiResponse resolved = askHost(application, "POST", pathOf(ticket, "/resolve"),
                                             R"({"note":"Over","kind":"resolution","ifUntouched":true})");
        const Array::Ptr both = parseObject(resolved.body)->getArray("operations");
        REQUIRE(both->size() == 2);
        CHECK(both->getObject(0)->getValue<std::string>("kind") == "note");
        CHECK(both->getObject(0)->getObject("document")->getValue<std::string>("kind") == "resolution");
        CHECK(both->getObject(0)->getValue<std::string>("intent") == "resolve");
        CHECK_FALSE(both->getObject(0)->has("ifUntouched"));
        CHECK(both->getObject(1)->getValue<bool>("ifUntouched"));
        CHECK(both->getObject(1)->getObject("document")->getValue<std::string>("status") == "Closed");
        CHECK(statusOf("/reopen", "") == "Open");
        CHECK(statusOf("/resolve", R"({"status":"Done"})") == "Done");
        REQUIRE(askHost(application, "PUT", "/v1/connections/a",
                        R"({"updates":{"resolvedStatus":"Solved","reopenedStatus":" ","notes":"public"}})")
                    .status == 200);
        CHECK(statusOf("/resolve", "{}") == "Solved");
        CHECK(statusOf("/reopen", "{}") == "Open");
        CHECK(jsonText(get(application, "/v1/connections/a")->get("updates")) ==
              R"({"notes":"public","resolvedStatus":"Solved"})");
        CHECK_THAT(askHost(application, "POST", pathOf(ticket, "/notes"), R"({"text":"x"})").body,
                   Contains(R"("visibility":"public")"));
    });
}

TEST_CASE("wrong update settings of a connection are rejected by name", "[api]")
{
    UpdatesHouse().with([](Application &application) {
        for (const auto &[settings, pointer] : {std::pair(R"({"notes":"all"})", "/updates/notes"),
                                                std::pair(R"({"resolvedStatus":[]})", "/updates/resolvedStatus"),
                                                std::pair(R"({"resolved":"x"})", "/updates/resolved")})
        {
            const ApiResponse answer =
                askHost(application, "PUT", "/v1/connections/a", R"({"updates":)" + std::string(settings) + "}");
            CHECK(answer.status == 422);
            CHECK_THAT(answer.body, Contains(R"("pointer":")" + std::string(pointer) + '"'));
        }
    });
}

TEST_CASE("a change of what the plugin cannot set, or of nothing, is rejected", "[api]")
{
    UpdatesHouse().with([](Application &application) {
        const auto ticket = submitTo(application, "a");
        const ApiResponse queue = askHost(application, "PATCH", pathOf(ticket), R"({"queue":"8"})");
        CHECK(queue.status == 422);
        CHECK_THAT(queue.body, Contains(R"("/queue")") && Contains("it can change status"));
        for (const char *nothing : {"{}", R"({"ifUntouched":true})", R"({"status":null})", R"({"status":" "})"})
            CHECK(askHost(application, "PATCH", pathOf(ticket), nothing).status == 422);
        for (const char *wrong : {R"({"status":true})", R"({"title":"x"})", "[]"})
            CHECK(askHost(application, "PATCH", pathOf(ticket), wrong).status == 400);
        CHECK(askHost(application, "POST", pathOf(ticket, "/notes"), "{}").status == 400);
        CHECK(askHost(application, "PATCH", pathOf(77), R"({"status":"5"})").status == 404);
    });
}

TEST_CASE("a dry run of an update says what would be sent, and stores and changes nothing", "[api]")
{
    const UpdatesHouse house;
    house.with([&](Application &application) {
        const auto ticket = submitTo(application, "a");
        const auto dryRun = [&] {
            const ApiResponse answer = askHost(application, "POST", pathOf(ticket, "/resolve"), R"({"note":"Over"})",
                                               {}, {{"dryRun", "true"}});
            REQUIRE(answer.status == 200);
            return parseObject(answer.body);
        };
        CHECK(dryRun()->getArray("withheldRequests")->size() == 0); // it is not in the PSA yet
        settleTicket(application, ticket, TicketState::done);
        const Object::Ptr run = dryRun();
        CHECK(run->getArray("operations")->size() == 2);
        const Array::Ptr withheld = run->getArray("withheldRequests");
        REQUIRE(withheld->size() == 2);
        CHECK_THAT(withheld->getObject(0)->getValue<std::string>("body"), Contains("Over"));
        CHECK(withheld->getObject(1)->getValue<std::string>("body") == "Closed");
        CHECK(house.psa->updates.notes.empty());
        CHECK(house.psa->updates.tickets["1000"].set.empty());
        CHECK(get(application, pathOf(ticket))->getArray("operations")->size() == 0);
    });
}

TEST_CASE("a caller that waits for a note gets its result when it is settled", "[api]")
{
    UpdatesHouse().with([](Application &application) {
        const auto ticket = submitTo(application, "a");
        settleTicket(application, ticket, TicketState::done);
        const Headers wait{{"prefer", "wait=60"}};
        std::thread delivery([&] {
            for (;;)
            {
                const auto all = application.tickets().history(ticket).operations;
                if (all.empty())
                    continue;
                settleOperationAs(application, all.front().id, TicketState::done);
                return;
            }
        });
        const ApiResponse answer = askHost(application, "POST", pathOf(ticket, "/notes"), R"({"text":"x"})", wait);
        delivery.join();
        CHECK(answer.status == 202);
        CHECK(onlyOperation(answer)->getValue<std::string>("state") == "done");
    });
}

TEST_CASE("a caller does not wait for a note whose ticket waits for a human", "[api]")
{
    UpdatesHouse().with([](Application &application) {
        const auto ticket = submitTo(application, "a");
        settleTicket(application, ticket, TicketState::needsReview);
        const ApiResponse answer =
            askHost(application, "POST", pathOf(ticket, "/notes"), R"({"text":"x"})", {{"prefer", "wait=60"}});
        CHECK(answer.status == 202);
        CHECK(onlyOperation(answer)->getValue<std::string>("state") == "ready");
    });
}

TEST_CASE("a note is retried and discarded by its number, and only with its own ticket", "[api]")
{
    UpdatesHouse().with([](Application &application) {
        const auto ticket = submitTo(application, "a");
        settleTicket(application, ticket, TicketState::done);
        const auto other = submitTo(application, "a");
        const auto note = onlyOperation(askHost(application, "POST", pathOf(ticket, "/notes"), R"({"text":"x"})"))
                              ->getValue<std::int64_t>("id");
        settleOperationAs(application, note, TicketState::needsReview);
        const auto act = [&](std::int64_t of, const std::string &operation, const char *action) {
            return askHost(application, "POST", pathOf(of, "/operations/" + operation + "/" + action));
        };
        const std::string number = std::to_string(note);
        CHECK(act(other, number, "retry").status == 404);
        CHECK(act(ticket, "77", "retry").status == 404);
        CHECK(act(ticket, "x", "retry").status == 400);
        const ApiResponse retried = act(ticket, number, "retry");
        CHECK(retried.status == 200);
        CHECK(parseObject(retried.body)->getValue<std::string>("state") == "ready");
        const ApiResponse discarded = act(ticket, number, "discard");
        CHECK(parseObject(discarded.body)->getValue<std::string>("state") == "cancelled");
        CHECK(act(ticket, number, "discard").status == 409);
    });
}

TEST_CASE("an action on many tickets is done for each on its own", "[api]")
{
    UpdatesHouse().with([](Application &application) {
        const auto first = submitTo(application, "a");
        const auto second = submitTo(application, "a");
        const auto created = submitTo(application, "a");
        settleTicket(application, first, TicketState::needsReview, "not_found");
        settleTicket(application, second, TicketState::unknown);
        settleTicket(application, created, TicketState::done);
        const auto act = [&](const std::string &body) {
            const ApiResponse answer = askHost(application, "POST", "/v1/tickets/actions", body);
            CAPTURE(answer.body);
            REQUIRE(answer.status == 200);
            return parseObject(answer.body)->getArray("results");
        };
        const std::string ids = R"("ids":[1,"77",3,1])";
        const Array::Ptr tried = act(R"({"action":"retry","dryRun":true,)" + ids + "}");
        CHECK(tried->getObject(0)->getValue<bool>("ok"));
        CHECK(tried->getObject(0)->getValue<std::string>("state") == "needs_review");
        const Array::Ptr results = act(R"({"action":"retry",)" + ids + "}");
        REQUIRE(results->size() == 4);
        CHECK(jsonText(results->get(0)) == R"({"id":1,"ok":true,"state":"ready"})");
        CHECK(results->getObject(1)->getValue<std::string>("id") == "77");
        const Object::Ptr unknown = results->getObject(1)->getObject("error");
        CHECK(unknown->getValue<std::string>("type") == "urn:psa-host:problem:unknown-ticket");
        CHECK(unknown->getValue<int>("status") == 404);
        CHECK_FALSE(results->getObject(2)->getValue<bool>("ok")); // in the PSA, without notes that need a decision
        CHECK_THAT(results->getObject(3)->getObject("error")->getValue<std::string>("detail"), Contains("is ready"));
    });
}

TEST_CASE("a filter finds tickets and their notes by state and reason, and acts on these alone", "[api]")
{
    UpdatesHouse().with([](Application &application) {
        const auto rejected = submitTo(application, "a");
        const auto other = submitTo(application, "a");
        const auto created = submitTo(application, "a");
        settleTicket(application, rejected, TicketState::needsReview, "not_found");
        settleTicket(application, other, TicketState::needsReview, "plugin");
        settleTicket(application, created, TicketState::done);
        for (const auto &[state, code] :
             {std::pair(TicketState::needsReview, "not_found"), std::pair(TicketState::dead, "conflict")})
            settleOperationAs(application,
                              onlyOperation(askHost(application, "POST", pathOf(created, "/notes"), R"({"text":"x"})"))
                                  ->getValue<std::int64_t>("id"),
                              state, code);
        const ApiResponse answer = askHost(application, "POST", "/v1/tickets/actions",
                                           R"({"action":"discard","reason":"by hand",
                                           "filter":{"state":["needs_review"],"reason":"not_found"}})");
        REQUIRE(answer.status == 200);
        const Object::Ptr view = parseObject(answer.body);
        CHECK_FALSE(view->has("more"));
        std::set<std::int64_t> ids;
        for (const auto &each : *view->getArray("results"))
            ids.insert(each.extract<Object::Ptr>()->getValue<std::int64_t>("id"));
        CHECK(ids == std::set<std::int64_t>{rejected, created});
        CHECK(get(application, pathOf(rejected))->getValue<std::string>("state") == "cancelled");
        CHECK(get(application, pathOf(other))->getValue<std::string>("state") == "needs_review");
        const Array::Ptr operations = get(application, pathOf(created))->getArray("operations");
        CHECK(operations->getObject(0)->getValue<std::string>("state") == "cancelled");
        CHECK(operations->getObject(1)->getValue<std::string>("state") == "dead");
    });
}

TEST_CASE("an action on many tickets without a clear meaning is rejected as a whole", "[api]")
{
    UpdatesHouse().with([](Application &application) {
        for (const char *body :
             {R"({"action":"retry"})", R"({"action":"retry","ids":[]})",
              R"({"action":"retry","ids":[1],"filter":{"q":"x"}})", R"({"action":"retry","filter":{}})",
              R"({"action":"delete","ids":[1]})", R"({"ids":[1]})", R"({"action":"retry","ids":[true]})",
              R"({"action":"link","ids":[1]})", R"({"action":"link"})", R"({"action":"retry","ids":[1],"reason":"x"})",
              R"({"action":"discard","ids":[1],"changes":{}})", R"({"action":"retry","filter":{"from":"yesterday"}})"})
        {
            CAPTURE(body);
            CHECK(askHost(application, "POST", "/v1/tickets/actions", body).status == 422);
        }
        CHECK(askHost(application, "POST", "/v1/tickets/actions", R"({"action":"retry","filter":{"state":["gone"]}})")
                  .status == 400);
        CHECK(askHost(application, "POST", "/v1/tickets/actions", R"({"action":"retry","filter":{"states":["done"]}})")
                  .status == 400);
    });
}

TEST_CASE("a filter whose members are all blank is rejected instead of meaning all tickets", "[api]")
{
    UpdatesHouse().with([](Application &application) {
        const std::int64_t id = submitTo(application, "a");
        for (const char *filter : {"{}", R"({"q":""})", R"({"q":" \u00a0\t"})", R"({"q":null})", R"({"connection":""})",
                                   R"({"connection":null,"reason":null,"from":null})", R"({"reason":""})"})
        {
            CAPTURE(filter);
            const ApiResponse answer = askHost(application, "POST", "/v1/tickets/actions",
                                               R"({"action":"discard","filter":)" + std::string(filter) + "}");
            CHECK(answer.status == 422);
            CHECK_THAT(answer.body, Contains("would mean all tickets"));
        }
        CHECK(get(application, "/v1/tickets/" + std::to_string(id))->getValue<std::string>("state") == "ready");
    });
}

TEST_CASE("tickets are linked one by one in one request", "[api]")
{
    UpdatesHouse().with([](Application &application) {
        const auto ticket = submitTo(application, "a");
        settleTicket(application, ticket, TicketState::needsReview);
        const ApiResponse answer =
            askHost(application, "POST", "/v1/tickets/actions",
                    R"({"action":"link","links":[{"id":1,"psaTicketId":"T5"},{"id":9,"psaTicketId":"T6"}]})");
        REQUIRE(answer.status == 200);
        CHECK_THAT(answer.body, Contains(R"({"id":1,"ok":true,"state":"done"})") && Contains("unknown-ticket"));
        CHECK(get(application, pathOf(ticket))->getObject("psaTicket")->getValue<std::string>("id") == "T5");
    });
}

TEST_CASE("the list is filtered by the code of the reason", "[api]")
{
    UpdatesHouse().with([](Application &application) {
        const auto first = submitTo(application, "a");
        const auto second = submitTo(application, "a");
        settleTicket(application, first, TicketState::needsReview, "not_found");
        settleTicket(application, second, TicketState::needsReview, "plugin");
        const auto list = [&](std::multimap<std::string, std::string> query) {
            const ApiResponse answer = askHost(application, "GET", "/v1/tickets", "", {}, std::move(query));
            REQUIRE(answer.status == 200);
            std::vector<std::int64_t> ids;
            const Array::Ptr tickets = parseObject(answer.body)->getArray("tickets");
            for (const auto &each : *tickets)
                ids.push_back(each.extract<Object::Ptr>()->getValue<std::int64_t>("id"));
            return ids;
        };
        CHECK(list({{"reason", "not_found"}}) == std::vector{first});
        CHECK(list({{"reason", "plugin"}, {"state", "attention"}}) == std::vector{second});
        CHECK(list({{"reason", "plugin"}, {"state", "dead"}}).empty());
        CHECK(list({{"reason", "nothing"}}).empty());
    });
}
