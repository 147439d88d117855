#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace psa::bench {

/// Submitters that wait for what becomes of their tickets (Prefer: wait=60), and submit the next one when they are answered.
class Waiters
{
public:
    /// `addresses`: of this machine that they come from, evenly. Returns when each has sent its ticket.
    Waiters(std::uint16_t port, const std::string &token, int count, int addresses);
    ~Waiters();
    Waiters(const Waiters &) = delete;
    Waiters &operator=(const Waiters &) = delete;

    /// How many of them the server has thrown out so far.
    std::uint64_t thrownOut() const;

private:
    class Crowd;
    std::unique_ptr<Crowd> crowd_;
};

} // namespace psa::bench
