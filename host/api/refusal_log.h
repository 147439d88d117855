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

/// What a refused request was meant to be, by its address.
enum class RefusedKind
{
    hook,   ///< Below /v1/hooks/: from an alert source.
    ticket, ///< POST /v1/tickets.
    other
};
constexpr std::size_t refusedKindCount = 3;

const char *toText(RefusedKind kind);

/// A request that was refused. Its texts are bounded, printable and free of API tokens.
struct RefusedRequest
{
    clock::Clock::Wall time;
    int status = 0;     ///< Of HTTP.
    std::string code;   ///< The slug of the problem, such as "bad-token".
    std::string detail; ///< What was wrong.
    std::string from;   ///< Where it came from: an address, or the user at the other end of the socket.
    std::string token;  ///< The id of the API token that it came with, accepted or not; "" = none.
};

/// What was refused at one address.
struct RefusedAddress
{
    std::string address; ///< The path.
    RefusedKind kind = RefusedKind::other;
    std::uint64_t count = 0;         ///< As long as the address is remembered.
    std::deque<RefusedRequest> last; ///< The newest first, at most RefusalLog::keptEach.
};

/// Reports rejected requests, whose senders often do not: counts all of them and, for webhooks, tickets and POST
/// requests to unknown paths, logs some and keeps the latest ones in memory. However many come, the log gets a few
/// lines of each kind and status in `stretch`, and memory is bounded. Thread-safe.
class RefusalLog
{
public:
    static constexpr std::chrono::minutes stretch{5};
    static constexpr std::size_t linesEach = 5;      ///< Of one kind and status in a stretch.
    static constexpr std::size_t keptEach = 5;       ///< Refusals of one address.
    static constexpr std::size_t keptAddresses = 50; ///< With a token that was accepted, and as many without.
    static constexpr std::size_t longestText = 300;  ///< Of an address and a detail, in bytes.

    /// `warn` writes a line to the log; it throws nothing.
    RefusalLog(std::shared_ptr<const clock::Clock> clock, std::function<void(const std::string &)> warn);

    void add(const http::ApiRequest &request, const http::Problem &problem);
    /// Logs how many lines were left out in stretches that are over. To be called from time to time.
    void tellLeftOut();

    /// Since when it counts.
    clock::Clock::Wall since() const { return since_; }
    /// The newest first.
    std::vector<RefusedAddress> lastByAddress() const;

    struct Count
    {
        RefusedKind kind;
        std::string status; ///< "401", or "other" for one that is not foreseen.
        std::uint64_t count;
    };
    /// Of every kind and foreseen status, though it be 0: the same for the life of the process.
    std::vector<Count> counts() const;

private:
    /// 0 in the place of a status that is not foreseen.
    static constexpr std::array statuses{400, 401, 403, 404, 405, 409, 413, 415, 421, 422, 429, 431, 500, 503, 0};
    struct Tally
    {
        std::uint64_t count = 0;
        std::size_t lines = 0; ///< In the stretch.
        std::uint64_t leftOut = 0;
        clock::Clock::Steady began; ///< The stretch.
    };
    /// The address that was refused last stands first.
    using Addresses = std::list<RefusedAddress>;

    Tally &tallyOf(RefusedKind kind, int status);
    /// What to log of stretches that are over.
    std::vector<std::string> endStretches();
    static void keep(Addresses &addresses, const std::string &address, RefusedKind kind, const RefusedRequest &refusal);

    const std::shared_ptr<const clock::Clock> clock_;
    const std::function<void(const std::string &)> warn_;
    const clock::Clock::Wall since_;
    mutable std::mutex mutex_; ///< Guards the members below.
    std::array<std::array<Tally, statuses.size()>, refusedKindCount> tallies_;
    Addresses known_;   ///< Of senders whose token was accepted.
    Addresses unknown_; ///< Of others: however many addresses they make up, they push out none of those above.
};

} // namespace psa::api
