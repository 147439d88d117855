#pragma once

#include "host/net/http_types.h"
#include "plugin-check/net_fault.h"

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace psa::check {

/// One request as made by the plugin, including secrets, and the response.
struct Sent
{
    net::HttpRequest request;
    net::HttpResponse response;
};

/// Changes the response of the exchange `index`, counted from 0; `good` is the original one. Called for one exchange at
/// a time.
using ExchangeHook =
    std::function<net::HttpResponse(std::size_t index, const net::HttpRequest &request, net::HttpResponse good)>;

/// A transport that records all exchanges, and lets a hook change them. Thread-safe.
class WatchedTransport : public net::Transport
{
public:
    /// A call that sends more is stopped, because it would not end on its own.
    static constexpr std::size_t maxExchanges = 500;

    explicit WatchedTransport(std::shared_ptr<net::Transport> good, ExchangeHook hook = nullptr);

    net::HttpResponse exchange(const net::HttpsUrl &url, const net::HttpRequest &request,
                               const net::Stop &stop) override;

    std::vector<Sent> sent() const;

private:
    std::shared_ptr<net::Transport> good_;
    mutable std::mutex mutex_; ///< Guards the members below.
    ExchangeHook hook_;
    std::vector<Sent> sent_;
};

/// Injects one fault into a call: at the exchange `at` and at each later one with the same method and URL, because a
/// real fault also lasts for the duration of a call. After a deadline or a cancellation nothing is sent any more, as
/// with the real network. A value for one call; copies share their state.
class FaultPlan
{
public:
    FaultPlan(std::size_t at, NetFault fault);

    /// How to advance the call's clock and how to cancel the call. Must be set before the call.
    void stopBy(std::function<void(std::chrono::milliseconds)> putClockForward, std::function<void()> cancel);

    net::HttpResponse operator()(std::size_t index, const net::HttpRequest &request, net::HttpResponse good);

    std::size_t at() const { return at_; }
    const NetFault &fault() const { return fault_; }
    /// When the deadline passed or the cancellation came, in the machine's time.
    std::optional<std::chrono::steady_clock::time_point> stoppedAt() const { return seen_->stoppedAt; }

private:
    struct Seen
    {
        std::string broken; ///< Method and URL, once the fault was injected.
        std::optional<std::chrono::steady_clock::time_point> stoppedAt;
    };
    void stop();

    std::function<void(std::chrono::milliseconds)> putClockForward_;
    std::function<void()> cancel_;
    std::size_t at_;
    NetFault fault_;
    std::shared_ptr<Seen> seen_ = std::make_shared<Seen>();
};

} // namespace psa::check
