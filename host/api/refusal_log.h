#pragma once

#include "host/clock/clock.h"
#include "host/http/message.h"
#include "host/http/problem.h"

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace psa::api {

/// What a rejected request was meant to be, judged by its path.
enum class RefusedKind
{
    hook,   ///< Below /v1/hooks/: from a source of alerts.
    ticket, ///< POST /v1/tickets.
    other
};
constexpr std::size_t refusedKindCount = 3;

const char *toText(RefusedKind kind);

/// A rejected request. Its texts are bounded, printable and free of tokens and secrets of URLs.
struct RefusedRequest
{
    clock::Clock::Wall time;
    int status = 0;     ///< HTTP status.
    std::string code;   ///< The problem's slug, such as "bad-token".
    std::string detail; ///< What was wrong.
    std::string from;   ///< The sender: an address, or the user at the other end of the socket.
    std::string token;  ///< The id of its API token, valid or not; "" = none.
};

/// Rejected requests of one path.
struct RefusedAddress
{
    std::string address; ///< The path.
    RefusedKind kind = RefusedKind::other;
    std::uint64_t count = 0;         ///< Since the path was added to the list.
    std::deque<RefusedRequest> last; ///< Newest first, at most RefusalLog::keptEach.
};

/// Reports rejected requests, because their senders often do not: counts all of them and, for webhooks, tickets and
/// POST requests to unknown paths, logs some and keeps the latest ones in memory. However many there are, the log gets
/// a few lines of each kind and status per `stretch`, and memory is bounded. Thread-safe.
class RefusalLog
{
public:
    static constexpr std::chrono::minutes stretch{5};
    static constexpr std::size_t linesEach = 5;      ///< Lines per kind and status in a stretch.
    static constexpr std::size_t keptEach = 5;       ///< Rejected requests kept per path.
    static constexpr std::size_t keptAddresses = 50; ///< For valid tokens, and as many for invalid or missing ones.
    static constexpr std::size_t maxText = 300;      ///< Maximum length of a path and of a detail, in bytes.

    /// `warn` writes a line to the log; it must not throw.
    RefusalLog(std::shared_ptr<const clock::Clock> clock, std::function<void(const std::string &)> warn);

    void add(const http::ApiRequest &request, const http::Problem &problem);
    /// Logs how many lines were omitted in finished stretches. Must be called regularly.
    void tellLeftOut();

    /// When counting started.
    clock::Clock::Wall since() const { return since_; }
    /// Newest first.
    std::vector<RefusedAddress> lastByAddress() const;

    struct Count
    {
        RefusedKind kind;
        std::string status; ///< "401", or "other" for an unexpected one.
        std::uint64_t count;
    };
    /// One entry for every kind and expected status, even if 0: the set never changes while the process runs.
    std::vector<Count> counts() const;

private:
    /// 0 stands for unexpected statuses.
    static constexpr std::array statuses{400, 401, 403, 404, 405, 409, 410, 413, 415, 421, 422, 429, 431, 500, 503, 0};
    struct Tally
    {
        std::uint64_t count = 0;
        std::size_t lines = 0; ///< Logged in this stretch.
        std::uint64_t leftOut = 0;
        clock::Clock::Steady began; ///< Start of the stretch.
    };
    /// Most recently rejected first.
    using Addresses = std::list<RefusedAddress>;

    Tally &tallyOf(RefusedKind kind, int status);
    /// Ends stretches whose time is over; returns the lines to log.
    std::vector<std::string> endStretches();
    static void keep(Addresses &addresses, const std::string &address, RefusedKind kind, const RefusedRequest &refusal);

    const std::shared_ptr<const clock::Clock> clock_;
    const std::function<void(const std::string &)> warn_;
    const clock::Clock::Wall since_;
    mutable std::mutex mutex_; ///< Guards the members below.
    std::array<std::array<Tally, statuses.size()>, refusedKindCount> tallies_;
    Addresses known_;   ///< From senders with a valid token.
    Addresses unknown_; ///< From others: however many paths they make up, they do not displace those above.
};

} // namespace psa::api
