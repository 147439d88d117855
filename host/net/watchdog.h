#pragma once

#include "host/net/http_types.h"

#include <memory>

namespace psa::net {

/// Ends blocking reads and writes on sockets when their time is up or they were cancelled, by shutting the socket down.
/// The socket's own timeouts are not sufficient: they restart with each byte, so that a peer that sends slowly could
/// hold a TLS handshake or a response open forever. One thread for all sockets; it sleeps while there is none.
class Watchdog
{
    struct Shared;
    struct Entry;

public:
    enum class Fired
    {
        no,
        deadline,
        cancelled
    };

    /// One watched socket. It may be closed meanwhile.
    class Guard
    {
    public:
        Guard(std::shared_ptr<Shared> shared, std::shared_ptr<Entry> entry);
        ~Guard();
        Guard(const Guard &) = delete;
        Guard &operator=(const Guard &) = delete;

        /// Whether and why the socket was shut down.
        Fired fired() const;

    private:
        std::shared_ptr<Shared> shared_;
        std::shared_ptr<Entry> entry_;
    };

    Watchdog();
    ~Watchdog();
    Watchdog(const Watchdog &) = delete;
    Watchdog &operator=(const Watchdog &) = delete;

    /// Watches the socket of `fd` until the guard is destroyed. Thread-safe. Throws NetError (connect) if no descriptor
    /// is free.
    std::unique_ptr<Guard> watch(int fd, const Stop &stop);

private:
    std::shared_ptr<Shared> shared_;
};

} // namespace psa::net
