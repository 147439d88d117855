// Waiting requests, and events: none of them occupies a thread or keeps others out.
#include "host/http/http_server.h"
#include "host/http/problem.h"
#include "tests/support/open_guard.h"
#include "tests/unit/http/raw_client.h"

#include <catch2/catch.hpp>

#include <atomic>
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <set>
#include <vector>

using namespace psa::http;
using namespace psa::test;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

/// Answers that are pending until the test gives them.
class Pot
{
public:
    class Pending final : public PendingAnswer
    {
    public:
        Pending(Pot &pot, std::chrono::milliseconds patience) : pot_(pot), patience_(patience) {}
        ~Pending() override
        {
            const std::lock_guard lock(pot_.mutex_);
            pot_.all_.erase(this);
            pot_.changed_.notify_all();
        }
        Pending(const Pending &) = delete;
        Pending &operator=(const Pending &) = delete;

        void start(Take take) override
        {
            const std::lock_guard lock(pot_.mutex_);
            take_ = std::move(take);
            pot_.all_.insert(this);
            pot_.changed_.notify_all();
        }
        void respondNow() override { give("hurried"); }
        std::chrono::milliseconds patience() const override { return patience_; }

        void give(const std::string &text)
        {
            Take take;
            {
                const std::lock_guard lock(pot_.mutex_);
                take = std::exchange(take_, nullptr);
            }
            if (take)
                take([text] { return ApiResponse{200, "text/plain", text, {}}; });
        }

    private:
        Pot &pot_;
        std::chrono::milliseconds patience_;
        Take take_;
    };

    /// Waits until this many have begun.
    bool has(std::size_t count)
    {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, 20s, [&] { return all_.size() == count; });
    }
    void giveAll(const std::string &text)
    {
        std::set<Pending *> all;
        {
            const std::lock_guard lock(mutex_);
            all = all_;
        }
        for (Pending *each : all)
            each->give(text);
    }

private:
    std::mutex mutex_; ///< Guards the members below and those of the pending answers.
    std::condition_variable changed_;
    std::set<Pending *> all_;
};

/// /wait?for=MS is pending, /quick is not, /slow occupies a worker until the gate opens, /events reports a number.
struct Cafe
{
    Pot pot;
    Gate slowGate;
    std::atomic<int> slow{0};
    std::atomic<int> number{0};
    std::atomic<bool> allowed{true};
    Router router{[](const std::string &) {}};
    std::optional<HttpServer> server;
    std::uint16_t port = 0;

    explicit Cafe(ServeConfig config = {})
    {
        addRoutes();
        config.listen = Poco::Net::SocketAddress("127.0.0.1", 0);
        server.emplace([](const std::string &) {});
        port = server
                   ->serveWeb(config, router,
                              [this](const std::vector<std::string> &) {
                                  return std::make_shared<OpenGuard>([this](ApiRequest &head) {
                                      if (!allowed)
                                          throw Problem(401, "bad-token", "No", "No.");
                                      return Admitted{router.find(head), 100};
                                  });
                              })
                   .port;
    }
    ~Cafe()
    {
        slowGate.open();
        server.reset();
    }
    Cafe(const Cafe &) = delete;
    Cafe &operator=(const Cafe &) = delete;

private:
    void addRoutes()
    {
        router.add({"GET", "/quick", Scope::anybody,
                    [](const ApiRequest &) {
                        return ApiResponse{200, "text/plain", "quick", {}};
                    },
                    Router::Waits::never});
        router.add({"GET", "/stored", Scope::anybody, [](const ApiRequest &) {
                        return ApiResponse{200, "text/plain", "stored", {}};
                    }});
        router.add({"GET", "/wait", Scope::anybody,
                    [this](const ApiRequest &request) {
                        const std::string time = request.queryValue("for");
                        ApiResponse response;
                        response.pending = std::make_shared<Pot::Pending>(
                            pot, std::chrono::milliseconds(time.empty() ? 60000 : std::stoi(time)));
                        return response;
                    },
                    Router::Waits::never});
        router.add({"GET", "/slow", Scope::anybody,
                    [this](const ApiRequest &) {
                        ++slow;
                        slowGate.wait();
                        return ApiResponse{200, "text/plain", "slow", {}};
                    },
                    Router::Waits::forPsa});
        router.add({"GET", "/events", Scope::anybody,
                    [this](const ApiRequest &) {
                        ApiResponse response{200, "text/event-stream", "", {}};
                        response.events = [this, told = 0]() mutable {
                            return told == number ? "" : "data: " + std::to_string(told = number) + "\n\n";
                        };
                        return response;
                    },
                    Router::Waits::never});
    }
};

std::string getOf(const std::string &path, const std::string &headers = "")
{
    return "GET " + path + " HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n";
}

std::string quick(const Cafe &cafe, const std::string &path = "/quick")
{
    return RawClient(cafe.port).ask(getOf(path, "Connection: close\r\n"), "");
}

int threadsOfProcess()
{
    std::ifstream words("/proc/self/status");
    std::string word;
    int count = 0;
    while (words >> word)
        if (word == "Threads:")
            words >> count;
    return count;
}

} // namespace

TEST_CASE("hundreds of waiting clients hold no thread and block nobody; each gets its response", "[http]")
{
    Cafe cafe;
    const int before = threadsOfProcess();
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 300; ++i)
    {
        clients.push_back(std::make_unique<RawClient>(cafe.port));
        clients.back()->send(getOf("/wait"));
    }
    REQUIRE(cafe.pot.has(300));
    CHECK(threadsOfProcess() == before);
    CHECK_THAT(quick(cafe), Contains("quick"));
    CHECK_THAT(quick(cafe, "/stored"), Contains("stored"));
    cafe.pot.giveAll("here");
    for (const auto &client : clients)
        CHECK_THAT(client->receive("here"), Contains("200 OK"));
    CHECK_THAT(clients.front()->ask(getOf("/quick"), "quick"), Contains("200 OK")); // the connection is kept
}

TEST_CASE("a waiting client gets its response when its stated patience is over", "[http]")
{
    Cafe cafe;
    RawClient client(cafe.port);
    const auto began = std::chrono::steady_clock::now();
    CHECK_THAT(client.ask(getOf("/wait?for=300"), "hurried"), Contains("200 OK") && !Contains("close"));
    CHECK(std::chrono::steady_clock::now() - began >= 300ms);
}

TEST_CASE("nothing is kept of a client that went away while it waited", "[http]")
{
    Cafe cafe;
    {
        RawClient client(cafe.port);
        client.send(getOf("/wait"));
        REQUIRE(cafe.pot.has(1));
    }
    CHECK(cafe.pot.has(0));
}

TEST_CASE("requests that arrive while one waits are answered after it", "[http]")
{
    Cafe cafe;
    RawClient client(cafe.port);
    client.send(getOf("/wait"));
    REQUIRE(cafe.pot.has(1));
    client.send(getOf("/quick"));
    cafe.pot.giveAll("first");
    const std::string answers = client.receive("quick");
    CHECK(answers.find("first") < answers.find("quick"));
}

TEST_CASE("if all places are taken by waiting clients, the oldest gets its response early, and the next gets in",
          "[http]")
{
    ServeConfig config;
    config.connections = 8;
    config.connectionsPerPeer = 4;
    Cafe cafe(config);
    std::vector<std::unique_ptr<RawClient>> clients;
    for (std::size_t i = 0; i < 4; ++i)
    {
        clients.push_back(std::make_unique<RawClient>(cafe.port));
        clients.back()->send(getOf("/wait"));
        REQUIRE(cafe.pot.has(i + 1));
    }
    CHECK_THAT(quick(cafe), Contains("quick"));
    CHECK_THAT(clients.front()->receive(), Contains("hurried") && Contains("Connection: close"));
    CHECK(cafe.pot.has(3));
}

TEST_CASE("hung calls do not block requests that need only the store, or nothing", "[http]")
{
    Cafe cafe;
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 20; ++i)
    {
        clients.push_back(std::make_unique<RawClient>(cafe.port));
        clients.back()->send(getOf("/slow"));
    }
    CHECK_THAT(quick(cafe), Contains("quick"));
    CHECK_THAT(quick(cafe, "/stored"), Contains("stored"));
    CHECK(cafe.slow <= 4);
    cafe.slowGate.open();
    for (const auto &client : clients)
        CHECK_THAT(client->receive("slow"), Contains("200 OK"));
}

TEST_CASE("events are sent as they happen, until the client loses access", "[http]")
{
    Cafe cafe;
    RawClient client(cafe.port);
    CHECK_THAT(client.ask(getOf("/events"), "\r\n\r\n"), Contains("200 OK") && Contains("Transfer-Encoding: chunked"));
    cafe.number = 7;
    CHECK_THAT(client.receive("data: 7\n\n\r\n"), Contains("9\r\ndata: 7\n\n\r\n"));
    cafe.number = 8;
    CHECK_THAT(client.receive("data: 8"), Contains("data: 8"));
    RawClient old(cafe.port);
    old.send("GET /events HTTP/1.0\r\n\r\n");
    CHECK_THAT(old.receive("data: 8\n\n"), !Contains("chunked"));
    cafe.allowed = false;
    cafe.number = 9;
    CHECK_THAT(client.receive(), !Contains("data: 9"));
    CHECK_THAT(old.receive(), !Contains("data: 9"));
}

TEST_CASE("a stopping server answers waiting and running requests, and closes idle connections", "[http]")
{
    Cafe cafe;
    RawClient idle(cafe.port);
    CHECK_THAT(idle.ask(getOf("/quick"), "quick"), Contains("200 OK"));
    RawClient waiting(cafe.port);
    waiting.send(getOf("/wait"));
    REQUIRE(cafe.pot.has(1));
    RawClient working(cafe.port);
    working.send(getOf("/slow"));
    RawClient streaming(cafe.port);
    CHECK_THAT(streaming.ask(getOf("/events"), "\r\n\r\n"), Contains("200 OK"));
    while (cafe.slow == 0)
        std::this_thread::yield();
    std::thread ending([&] { cafe.server.reset(); });
    CHECK(idle.receive().empty());
    CHECK_THAT(waiting.receive(), Contains("hurried") && Contains("Connection: close"));
    streaming.receive();
    CHECK_THROWS(RawClient(cafe.port));
    cafe.slowGate.open();
    CHECK_THAT(working.receive(), Contains("slow") && Contains("Connection: close"));
    ending.join();
}

TEST_CASE("behind a proxy one client cannot occupy all concurrent requests", "[http]")
{
    ServeConfig config;
    config.behindProxy = true;
    config.connections = 100;
    config.connectionsPerPeer = 4;
    Cafe cafe(config);
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 10; ++i)
    {
        clients.push_back(std::make_unique<RawClient>(cafe.port));
        clients.back()->send(getOf("/slow", "X-Forwarded-For: 192.0.2.9, 192.0.2.1\r\n"));
    }
    int refused = 0;
    for (const auto &client : {clients[4].get(), clients[9].get()})
        refused += client->receive("too-many-requests").find("HTTP/1.1 503 ") != std::string::npos ? 1 : 0;
    CHECK(refused == 2);
    CHECK_THAT(RawClient(cafe.port).ask(getOf("/quick", "X-Forwarded-For: 192.0.2.2\r\n"), "quick"),
               Contains("200 OK"));
    cafe.slowGate.open();
    for (std::size_t i = 0; i < 4; ++i)
        CHECK_THAT(clients[i]->receive("slow"), Contains("200 OK"));
}
