#pragma once

#include <cstdint>
#include <memory>

namespace psa::bench {

/// Clients that hold connections as long as they can, from several addresses of this machine: a third sends the head of
/// a request a byte at a time, a third the body, and a third requests much and reads a byte at a time. Each
/// disconnected one returns five seconds later.
class SlowClients
{
public:
    SlowClients(std::uint16_t port, int count);
    ~SlowClients();
    SlowClients(const SlowClients &) = delete;
    SlowClients &operator=(const SlowClients &) = delete;

    /// How often one was disconnected so far.
    std::uint64_t thrownOut() const;

private:
    class Crowd;
    std::unique_ptr<Crowd> crowd_;
};

} // namespace psa::bench
