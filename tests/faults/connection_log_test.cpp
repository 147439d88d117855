// What a plugin logs is written to the process's log with its connection, call and ticket.
#include "host/connection/connection.h"
#include "host/json/strict_json.h"
#include "host/net/http_types.h"
#include "host/net/secret_registry.h"
#include "host/observe/log.h"
#include "host/plugin/loaded_plugin.h"
#include "tests/faults/fault_plugin.h"
#include "tests/support/manual_clock.h"

#include <catch2/catch.hpp>

#include <mutex>

using namespace psa::clock;
using namespace psa::connection;
using namespace psa::json;
using namespace psa::net;
using namespace psa::observe;
using namespace psa::plugin;

namespace {

/// Owned by its log as well: a stray thread of a plugin may log when the test is over.
struct LogText
{
    std::mutex mutex;
    std::string text;
};

class NoNetwork : public Transport
{
public:
    HttpResponse exchange(const HttpsUrl &, const HttpRequest &, const Stop &) override { return {}; }
};

struct LoggingConnection
{
    std::shared_ptr<LogText> lines = std::make_shared<LogText>();
    ConnectionRuntime runtime;
    std::unique_ptr<Connection> connection;

    explicit LoggingConnection(PluginLog own = nullptr)
    {
        runtime.clock = std::make_shared<SystemClock>();
        runtime.budgets = std::make_shared<BudgetRegistry>(runtime.clock);
        runtime.log =
            std::make_shared<Log>(LogConfig{LogFormat::text, PSA_LOG_INFO}, std::make_shared<psa::test::ManualClock>(),
                                  [lines = lines](std::string_view line) {
                                      const std::lock_guard lock(lines->mutex);
                                      lines->text += line;
                                  });
        const auto values = parseStrict(R"({"key":"c4n4ry-Pa55word"})").extract<Poco::JSON::Object::Ptr>();
        connection = std::make_unique<Connection>(
            runtime, ConnectionSettings{"acme", psa::test::faultPlugin("logs"), values}, std::move(own),
            [](const std::shared_ptr<const SecretRegistry> &) { return std::make_shared<NoNetwork>(); });
    }

    std::string text() const
    {
        const std::lock_guard lock(lines->mutex);
        return lines->text;
    }
};

} // namespace

TEST_CASE("a plugin's line names connection, call and ticket, and shows no secret")
{
    const LoggingConnection connected;
    CHECK(connected.connection->test().ok());
    CHECK(connected.text() == "2026-01-01T00:00:00.000Z warning [connection=acme call=test "
                              "plugin=com.example.fault.logs] the key [redacted] is old\n");
    CHECK(connected.connection->createTicket("K7-1", "{}").ok());
    CHECK(connected.connection->createTicket("K7-2", "{}").ok());
    for (const char *reference : {"K7-1", "K7-2"})
        CHECK_THAT(connected.text(), Catch::Contains(std::string(" info [connection=acme ticket=") + reference +
                                                     " call=create_ticket plugin=com.example.fault.logs] creates a "
                                                     "ticket\n"));
}

TEST_CASE("lines of the host itself show no secret of a connection either")
{
    const LoggingConnection connected;
    connected.runtime.log->write(PSA_LOG_ERROR, "sent c4n4ry-Pa55word");
    CHECK(connected.text() == "2026-01-01T00:00:00.000Z error sent [redacted]\n");
}

TEST_CASE("a connection with a log of its own writes there alone")
{
    const auto own = std::make_shared<LogText>();
    const LoggingConnection connected([own](psa_log_level, const std::string &line) {
        const std::lock_guard lock(own->mutex);
        own->text += line + "\n";
    });
    CHECK(connected.connection->test().ok());
    CHECK(connected.text().empty());
    const std::lock_guard lock(own->mutex);
    CHECK(own->text == "looks at the PSA\nthe key [redacted] is old\n");
}
