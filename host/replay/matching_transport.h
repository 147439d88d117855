#pragma once

#include "host/net/transport.h"
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

/// Answers the requests of one recorded call after the other, also where they are a little otherwise than recorded, and
/// remembers every difference. A request gets the first exchange of the call that was not used yet and, in this order,
/// has its method and URL; its method and path, with other numbers in the path, another host number or another query;
/// its URL, with another method. One that has none is an extra request and is not sent. Thread-safe.
class MatchingTransport : public net::Transport
{
public:
    /// `secrets`: by which requests are redacted before they are compared.
    explicit MatchingTransport(std::shared_ptr<const net::SecretRegistry> secrets);

    void begin(const RecordedCall &call);
    /// The differences of the call that began, those that were never asked for included.
    std::vector<RunDifference> end();

    net::HttpResponse exchange(const net::HttpsUrl &url, const net::HttpRequest &request,
                               const net::Stop &stop) override;

    /// Takes note of an exchange that is over, free of secrets, on the thread that sent it: of one that never got here,
    /// since a dry run held it back or the egress policy refused it, the request is compared now.
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
    std::set<std::thread::id> seen_; ///< Threads with a request that got here and is not over.
    std::size_t furthest_ = 0;       ///< One behind the last entry that was used.
};

} // namespace psa::replay
