#pragma once

#include "host/connection/connection.h"
#include "host/net/http_types.h"
#include "host/replay/recorded_run.h"
#include "host/replay/run_difference.h"

#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

namespace psa::net {
class SecretRegistry;
} // namespace psa::net

namespace psa::replay {

/// Responds to the requests of one recorded call at a time, even if they differ slightly from the recorded ones, and
/// records all differences. A request gets the first unused exchange of the call that, in this order, has its method
/// and URL; its method and path, with other numbers in the path, another host number or another query; its URL, with
/// another method. A request without a match is extra and is not sent. Thread-safe.
class MatchingTransport : public net::Transport
{
public:
    /// `secrets`: used to redact requests before they are compared.
    explicit MatchingTransport(std::shared_ptr<const net::SecretRegistry> secrets);

    void begin(const RecordedCall &call);
    /// The differences of the current call, including recorded requests that were not made.
    std::vector<RunDifference> end();

    net::HttpResponse exchange(const net::HttpsUrl &url, const net::HttpRequest &request,
                               const net::Stop &stop) override;

    /// Notes a finished exchange, free of secrets, on the thread that sent it. If it never got here, because a dry run
    /// withheld it or the egress policy rejected it, its request is compared now.
    void observe(const net::Exchange &exchange);

private:
    struct Entry
    {
        net::Exchange recorded;
        bool used = false;
    };
    const Entry *take(const net::HttpRequest &request);

    std::shared_ptr<const net::SecretRegistry> secrets_;
    std::mutex mutex_; ///< Guards the members below.
    std::vector<Entry> entries_;
    std::vector<RunDifference> differences_;
    std::set<std::thread::id> seen_; ///< Threads with an unfinished request that got here.
    std::size_t furthest_ = 0;       ///< Index after the last used entry.
};

/// Repeats the calls of a recorded run on `connection`, which sends through `transport`, and returns the differences of
/// each; for a call whose recording ends before its outcome, only those of the requests. Throws std::runtime_error for
/// an unknown verb.
std::vector<CallDifferences> replayRun(const std::vector<RecordedCall> &run, connection::Connection &connection,
                                       const std::shared_ptr<MatchingTransport> &transport,
                                       const connection::CallOptions &options);

} // namespace psa::replay
