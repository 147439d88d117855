#include "bench/http/load.h"

#include "tests/support/tcp.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <stdexcept>
#include <system_error>

namespace psa::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

/// A ticket request, of 668 bytes for a connection with a name of four letters, as in the other benchmarks.
std::string bodyFor(const std::string &connection)
{
    return R"({"connection":")" + connection + R"(","title":"Disk full on SRV-01","description":")" +
           std::string(596, 'd') + R"("})";
}

std::string requestOf(const LoadPlan &plan, std::uint64_t number)
{
    const std::string key = "alert-" + std::to_string(number) + "-of-the-benchmark";
    const std::string content = plan.ask == Ask::submit   ? bodyFor(plan.submitTo[number % plan.submitTo.size()])
                                : plan.ask == Ask::signIn ? R"({"token":")" + plan.token + R"("})"
                                                          : "";
    std::string request = plan.ask == Ask::submit   ? "POST /v1/tickets"
                          : plan.ask == Ask::signIn ? "POST /v1/session"
                                                    : "GET /healthz";
    request += " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(plan.port) + "\r\n";
    if (plan.ask == Ask::submit)
        request += "Authorization: Bearer " + plan.token + "\r\nIdempotency-Key: " + key + "\r\n";
    if (!content.empty())
        request += "Content-Type: application/json\r\nContent-Length: " + std::to_string(content.size()) + "\r\n";
    return request + (plan.keepAlive ? "\r\n" : "Connection: close\r\n\r\n") + content;
}

/// The size of the whole response, 0 as long as its head is incomplete. Throws if it is not the expected one.
std::size_t sizeOf(const std::string &answer)
{
    const std::size_t head = answer.find("\r\n\r\n");
    if (head == std::string::npos)
        return 0;
    constexpr const char *field = "Content-Length: ";
    const std::size_t length = answer.find(field);
    if (answer.compare(9, 2, "20") != 0 || length > head)
        throw std::runtime_error("a request was not accepted: " + answer);
    return head + 4 + std::stoul(answer.substr(length + std::char_traits<char>::length(field)));
}

/// One connection with one request in progress.
class Caller
{
public:
    explicit Caller(const LoadPlan &plan) : plan_(plan), socket_(test::Socket::connectTo(plan.port)) {}

    int descriptor() const { return socket_.descriptor(); }

    void send(std::uint64_t number)
    {
        began_ = SteadyClock::now();
        if (!plan_.keepAlive && used_)
            socket_ = test::Socket::connectTo(plan_.port);
        used_ = true;
        answer_.clear();
        static test::Gate never;
        if (!socket_.write(requestOf(plan_, number), never))
            throw std::runtime_error("the server closed a connection");
    }

    void finish() { socket_.close(); }

    /// Reads what has arrived. Milliseconds since the request was sent, once the response is complete; otherwise less
    /// than 0.
    double receive()
    {
        std::array<char, 8192> part; // NOLINT(*-member-init): read into
        const ssize_t count = ::read(descriptor(), part.data(), part.size());
        if (count <= 0)
            throw std::runtime_error("the server closed a connection before its answer: " + answer_);
        answer_.append(part.data(), static_cast<std::size_t>(count));
        const std::size_t whole = sizeOf(answer_);
        if (whole == 0 || answer_.size() < whole)
            return -1;
        return std::chrono::duration<double, std::milli>(SteadyClock::now() - began_).count();
    }

private:
    LoadPlan plan_;
    test::Socket socket_;
    bool used_ = false;
    std::string answer_;
    SteadyClock::time_point began_;
};

class Poll
{
public:
    Poll() : descriptor_(epoll_create1(EPOLL_CLOEXEC)) {}
    ~Poll() { close(descriptor_); }
    Poll(const Poll &) = delete;
    Poll &operator=(const Poll &) = delete;

    void add(const Caller &caller, std::size_t index)
    {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.u64 = index;
        epoll_ctl(descriptor_, EPOLL_CTL_ADD, caller.descriptor(), &event);
    }
    /// Calls `use` for each connection that has something to read.
    template <class Use>
    void wait(const Use &use)
    {
        std::array<epoll_event, 64> events{};
        const int count = epoll_wait(descriptor_, events.data(), static_cast<int>(events.size()), 10000);
        if (count <= 0)
            throw std::runtime_error("no answer came within 10 seconds");
        for (int i = 0; i < count; ++i)
            use(events.at(static_cast<std::size_t>(i)).data.u64);
    }

private:
    int descriptor_;
};

} // namespace

LoadResult load(const LoadPlan &plan)
{
    static std::atomic<std::uint64_t> number{static_cast<std::uint64_t>(SteadyClock::now().time_since_epoch().count())};
    std::vector<Caller> callers;
    for (int i = 0; i < plan.connections; ++i)
        callers.emplace_back(plan);
    Poll poll;
    std::vector<double> all;
    const auto start = SteadyClock::now();
    const auto secondsSoFar = [&] { return std::chrono::duration<double>(SteadyClock::now() - start).count(); };
    for (std::size_t i = 0; i < callers.size(); ++i)
    {
        callers[i].send(++number);
        poll.add(callers[i], i);
    }
    std::size_t sent = callers.size();
    for (std::size_t underWay = callers.size(); underWay > 0;)
        poll.wait([&](std::size_t index) {
            const double took = callers[index].receive();
            if (took < 0)
                return;
            all.push_back(took);
            if (plan.requests == 0 ? secondsSoFar() >= plan.seconds : sent >= plan.requests)
            {
                --underWay;
                callers[index].finish();
                return;
            }
            callers[index].send(++number);
            ++sent;
            if (!plan.keepAlive)
                poll.add(callers[index], index);
        });
    const double seconds = secondsSoFar();
    std::sort(all.begin(), all.end());
    return {static_cast<double>(all.size()) / seconds, all.at(all.size() / 2), all.at(all.size() * 99 / 100)};
}

} // namespace psa::bench
