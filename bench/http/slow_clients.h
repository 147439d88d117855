#pragma once

#include <cstdint>
#include <memory>

namespace psa::bench {

/// Clients that hold connections as long as they can, each from one of some addresses of this machine: a third sends the
/// head of a request a byte at a time, a third the body, and a third asks for much and reads a byte at a time. Each that is
/// thrown out comes back five seconds later.
class SlowClients
{
public:
    SlowClients(std::uint16_t port, int count);
    ~SlowClients();
    SlowClients(const SlowClients &) = delete;
    SlowClients &operator=(const SlowClients &) = delete;

    /// How often one of them was thrown out so far.
    std::uint64_t thrownOut() const;

private:
    class Crowd;
    std::unique_ptr<Crowd> crowd_;
};

} // namespace psa::bench
