// A durable change is never reported as if it were not, whatever fails afterwards.
#include "host/http/http_server.h"
#include "host/http/local_client.h"
#include "host/service/ticket_actions.h"
#include "tests/delivery/house.h"

#include <catch2/catch.hpp>

#include <future>

using namespace psa::http;
using namespace psa::run;
using namespace psa::service;
using namespace psa::store;
using namespace psa::test;
using Catch::Contains;

namespace {

/// A store that fails on demand: each of these is called first, and may throw instead of the work.
struct Trouble
{
    std::function<void()> read = [] {};
    std::function<void()> write = [] {};
    std::function<void()> written = [] {}; ///< After it is durable.
};

class TroubledStore : public Store
{
public:
    TroubledStore(std::unique_ptr<Store> store, std::shared_ptr<Trouble> trouble)
        : store_(std::move(store)), trouble_(std::move(trouble))
    {
    }

    const OpenReport &openReport() const override { return store_->openReport(); }
    void backup(const std::filesystem::path &file) override { store_->backup(file); }
    StoreHealth health() override { return store_->health(); }
    void onChange(ChangeListener listener) override { store_->onChange(std::move(listener)); }

protected:
    void doRead(const ReadWork &work) override
    {
        trouble_->read();
        store_->read([&](const StoreReader &reader) { work(reader); });
    }
    void doWrite(const WriteWork &work) override
    {
        trouble_->write();
        store_->write([&](StoreWriter &writer) { work(writer); });
        trouble_->written();
    }

private:
    std::unique_ptr<Store> store_;
    std::shared_ptr<Trouble> trouble_;
};

/// A host without delivery, so that a ticket stays ready.
struct TroubledHouse
{
    HostFixture house;
    std::shared_ptr<Trouble> trouble = std::make_shared<Trouble>();

    TroubledHouse()
    {
        house.wrap = [this](std::unique_ptr<Store> store) -> std::unique_ptr<Store> {
            return std::make_unique<TroubledStore>(std::move(store), trouble);
        };
    }

    void with(const std::function<void(Application &)> &work) const
    {
        REQUIRE(!house.with(ring("key"), [&](Application &application) {
            addConnections(application);
            work(application);
            *trouble = {};
        }));
    }
};

ApiResponse sendTo(Application &application, const char *method, const std::string &path, const std::string &body,
                   const std::map<std::string, std::string> &headers = {})
{
    return application.router().handle({method, path, {}, headers, body, {"test"}, {}});
}

ApiResponse submitDiskFull(Application &application, const std::string &wait)
{
    return sendTo(application, "POST", "/v1/tickets", R"({"connection":"a","title":"Disk full","key":"k"})",
                  {{"prefer", "wait=" + wait}});
}

/// `body` throws from now on, once something has become durable.
void failAfterNextWrite(Trouble &trouble, const std::function<void()> &body)
{
    trouble.written = [&trouble, body] { trouble.read = trouble.write = body; };
}

} // namespace

TEST_CASE("a stored ticket is reported as accepted even if the store cannot be read again while its caller waits",
          "[api]")
{
    const TroubledHouse house;
    const std::function<void()> failure = GENERATE(
        as<std::function<void()>>(), [] { throw StoreError(StoreError::Kind::unavailable, "the disk fails"); },
        [] { throw StoreError(StoreError::Kind::unusable, "the store file is damaged"); },
        [] { throw std::runtime_error("a defect"); });
    house.with([&](Application &application) {
        failAfterNextWrite(*house.trouble, failure);
        const ApiResponse answer = submitDiskFull(application, "1");
        CHECK(answer.status == 202);
        CHECK_THAT(answer.body, Contains(R"("id":1)") && Contains(R"("state":"ready")"));
    });
}

TEST_CASE("a ticket whose documents are damaged is found under its key, and can be changed by a human", "[api]")
{
    const TroubledHouse house;
    house.with([&](Application &application) {
        REQUIRE(submitDiskFull(application, "0").status == 202);
        REQUIRE(sendTo(application, "POST", "/v1/tickets/1/discard", "{}").status == 200);
        application.store().write([](StoreWriter &writer) { retryTicket(writer, 1, false, {"{", "{"}); });
        const ApiResponse again = submitDiskFull(application, "1");
        CHECK(again.status == 200);
        CHECK_THAT(again.body, Contains(R"("id":1)"));
        CHECK(sendTo(application, "POST", "/v1/tickets/1/discard", "{}").status == 200);
    });
}

TEST_CASE("a durable change by a human is reported as done even if the store fails right after it", "[api]")
{
    const TroubledHouse house;
    const std::string action = GENERATE(as<std::string>(), "discard", "link", "retry");
    house.with([&](Application &application) {
        REQUIRE(submitDiskFull(application, "0").status == 202);
        if (action == "retry")
            REQUIRE(sendTo(application, "POST", "/v1/tickets/1/discard", "{}").status == 200);
        failAfterNextWrite(*house.trouble, [] { throw StoreError(StoreError::Kind::unavailable, "the disk fails"); });
        const std::string body = action == "link" ? R"({"psaTicketId":"42"})" : "{}";
        CHECK(sendTo(application, "POST", "/v1/tickets/1/" + action, body).status == 200);
    });
}

TEST_CASE("a stored note is reported as accepted even if the store cannot be read again while its caller waits",
          "[api]")
{
    TroubledHouse house;
    house.house.plugins.push_back(updater());
    house.with([&](Application &application) {
        ConnectionInput input;
        input.plugin = "com.example.updater";
        input.configuration = parseObject(R"({"report":"honest"})");
        application.connections().add("updated", input, "test");
        REQUIRE(sendTo(application, "POST", "/v1/tickets", R"({"connection":"updated","title":"Disk full"})").status ==
                202);
        failAfterNextWrite(*house.trouble, [] { throw StoreError(StoreError::Kind::unavailable, "the disk fails"); });
        const ApiResponse answer =
            sendTo(application, "POST", "/v1/tickets/1/notes", R"({"text":"x"})", {{"prefer", "wait=1"}});
        CHECK(answer.status == 202);
        CHECK_THAT(answer.body, Contains(R"("kind":"note")") && Contains(R"("state":"ready")"));
        *house.trouble = {};
        REQUIRE(sendTo(application, "POST", "/v1/tickets/1/operations/1/discard", "").status == 200);
        failAfterNextWrite(*house.trouble, [] { throw StoreError(StoreError::Kind::unavailable, "the disk fails"); });
        CHECK(sendTo(application, "POST", "/v1/tickets/1/operations/1/retry", "").status == 200);
    });
}

TEST_CASE("the tickets of one request are told apart if the store fails between them", "[api]")
{
    const TroubledHouse house;
    house.with([&](Application &application) {
        REQUIRE(submitDiskFull(application, "0").status == 202);
        REQUIRE(sendTo(application, "POST", "/v1/tickets", R"({"connection":"a","title":"Other"})").status == 202);
        failAfterNextWrite(*house.trouble, [] { throw std::runtime_error("a defect"); });
        const ApiResponse answer =
            sendTo(application, "POST", "/v1/tickets/actions", R"({"action":"discard","ids":[1,2]})");
        CHECK(answer.status == 200);
        CHECK_THAT(answer.body, Contains(R"({"id":1,"ok":true,"state":"cancelled"})") && Contains("problem:internal"));
    });
}

TEST_CASE("a disk that fails in the step that makes a ticket durable leaves it open whether it was stored", "[api]")
{
    const TroubledHouse house;
    house.with([&](Application &application) {
        house.trouble->write = [] {
            StoreError error(StoreError::Kind::unavailable, "fsync failed");
            error.perhapsDone = true;
            throw error;
        };
        const ApiResponse answer = submitDiskFull(application, "0");
        CHECK(answer.status == 503);
        CHECK_THAT(answer.body, Contains("problem:store-unclear"));
        house.trouble->write = [] { throw StoreError(StoreError::Kind::unavailable, "the disk is full"); };
        CHECK_THAT(submitDiskFull(application, "0").body, Contains("problem:store\""));
    });
}

TEST_CASE("callers that wait for their tickets get a response when psa-host stops", "[api]")
{
    const TroubledHouse house;
    house.with([&](Application &application) {
        const std::filesystem::path path = house.house.folder.path() / "socket";
        std::optional<HttpServer> server(std::in_place, [](const std::string &) {});
        server->serveLocal(application.router(), path);
        std::promise<void> stored;
        house.trouble->written = [&] { stored.set_value(); };
        std::future<ApiResponse> answer = std::async(std::launch::async, [&] {
            return askLocal(path, {"POST",
                                   "/v1/tickets",
                                   {},
                                   {{"prefer", "wait=60"}},
                                   R"({"connection":"a","title":"Disk full","key":"k"})",
                                   {},
                                   {}});
        });
        stored.get_future().wait();
        server.reset(); // otherwise the test would take a minute
        CHECK(answer.get().status == 202);
    });
}

TEST_CASE("a complete backup is not reported as failed because the audit log cannot be written", "[api]")
{
    const TroubledHouse house;
    house.with([&](Application &application) {
        const std::string file = house.house.folder.path() / "backup";
        house.trouble->write = [] { throw StoreError(StoreError::Kind::unavailable, "the disk is full"); };
        CHECK(sendTo(application, "POST", "/v1/backups", R"({"file":")" + file + R"("})").status == 200);
        CHECK(std::filesystem::exists(file));
    });
}
