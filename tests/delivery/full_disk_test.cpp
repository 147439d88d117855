// What psa-host reports while its disk is full: to clients that submit tickets, and to Prometheus.
#include "tests/delivery/house.h"
#include "tests/support/sqlite_tap.h"

#include <catch2/catch.hpp>
#include <sqlite3.h>

using namespace psa::http;
using namespace psa::json;
using namespace psa::net;
using namespace psa::notify;
using namespace psa::run;
using namespace psa::secrets;
using namespace psa::store;
using namespace psa::test;

namespace {

ApiResponse request(const Application &application, const char *method, const char *path, const std::string &body = "")
{
    return application.router().handle({method, path, {}, {}, body, {"test", ""}, {}});
}

std::string largeTicket()
{
    return R"({"connection":"a","title":"Disk full","description":")" + std::string(30000, 'x') + R"("})";
}

} // namespace

TEST_CASE("as long as the disk rejects tickets, readiness and metrics report it each time, so that the alert fires",
          "[full-disk]")
{
    SqliteTap tap("full");
    const HostFixture house;
    ApplicationParts parts;
    SqliteStoreSettings settings;
    settings.folder = house.folder.path() / "state";
    settings.vfs = tap.name();
    parts.store = openSqliteStore(settings, house.clock);
    parts.runtime.clock = house.clock;
    parts.runtime.budgets = std::make_shared<BudgetRegistry>(house.clock);
    parts.keys = ring("key");
    parts.plugins = {relay()};
    parts.random = systemRandom;
    parts.log = [](const std::string &) {};
    parts.notify = [](const Notice &) {};
    Application application(std::move(parts), false);
    addConnections(application);
    const auto writable = [&] {
        const std::string metrics = request(application, "GET", "/metrics").body;
        return metrics.find("\npsa_host_store_writable 1\n") != std::string::npos;
    };
    REQUIRE(request(application, "POST", "/v1/tickets", largeTicket()).status == 202);
    CHECK(request(application, "GET", "/readyz").status == 200);
    CHECK(writable());

    const std::size_t most = std::filesystem::file_size(settings.folder / "store.db-wal") + 80000;
    tap.ask([=](SqliteTap::Step step, const std::string &file, std::size_t end) {
        return step == SqliteTap::Step::write && file.ends_with("-wal") && end > most ? SQLITE_FULL : SQLITE_OK;
    });
    for (int scrape = 0; scrape < 5; ++scrape)
    {
        CAPTURE(scrape);
        CHECK(request(application, "POST", "/v1/tickets", largeTicket()).status == 503);
        const ApiResponse ready = request(application, "GET", "/readyz");
        CHECK(ready.status == 503);
        CHECK_THAT(ready.body, Catch::Contains("disk") && Catch::Contains("full"));
        CHECK(!writable());
        // Small writes succeed occasionally, and are not what the disk is for.
        application.store().write([&](StoreWriter &writer) { writer.putValue("small", std::to_string(scrape)); });
        CHECK(!writable());
        CHECK(parseObject(request(application, "GET", "/v1/status").body)
                  ->getObject("store")
                  ->getValue<bool>("writable") == false);
    }
    tap.ask(nullptr);
    CHECK(request(application, "GET", "/readyz").status == 200);
    CHECK(writable());
    CHECK(request(application, "POST", "/v1/tickets", largeTicket()).status == 202);
}
