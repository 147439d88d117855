#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace psa::bench {

/// Clients that wait for the result of their tickets (Prefer: wait=60), and submit the next one when they get a
/// response.
class Waiters
{
public:
    /// `addresses`: number of local addresses that they use, evenly. Returns when each has sent its ticket.
    Waiters(std::uint16_t port, const std::string &token, int count, int addresses);
    ~Waiters();
    Waiters(const Waiters &) = delete;
    Waiters &operator=(const Waiters &) = delete;

    /// How many of them the server has disconnected so far.
    std::uint64_t thrownOut() const;

private:
    class Crowd;
    std::unique_ptr<Crowd> crowd_;
};

} // namespace psa::bench
