#include "host/net/watchdog.h"

#include "host/net/http_types.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <set>
#include <system_error>
#include <thread>

namespace psa::net {

struct Watchdog::Entry
{
    /// Our own descriptor. Poco closes its own in the middle of a failing handshake, and the number may be reused: a
    /// late shutdown must not hit another socket.
    int fd;
    Stop stop;
    Fired fired = Fired::no; ///< Guarded by Shared::mutex.

    Entry(int socket, const Stop &until) : fd(fcntl(socket, F_DUPFD_CLOEXEC, 0)), stop(until)
    {
        if (fd < 0)
            throw NetError(Reason::connect, "the socket cannot be watched: " + std::generic_category().message(errno) +
                                                "; raise the limit of open files (ulimit -n, LimitNOFILE)");
    }
    ~Entry() { close(fd); }
    Entry(const Entry &) = delete;
    Entry &operator=(const Entry &) = delete;
};

struct Watchdog::Shared
{
    std::mutex mutex;
    std::condition_variable wake;
    std::set<std::shared_ptr<Entry>> entries;
    bool ending = false;
    std::thread thread;

    /// Shuts down what is due and returns when to check again. Requires the lock, so that no guard ends meanwhile.
    clock::RunningClock::time_point look()
    {
        const auto now = clock::RunningClock::now();
        clock::RunningClock::time_point next = now + cancelPollInterval;
        for (const auto &entry : entries)
        {
            if (entry->fired != Fired::no)
                continue;
            if (entry->stop.cancelled())
                entry->fired = Fired::cancelled;
            else if (now >= entry->stop.deadline)
                entry->fired = Fired::deadline;
            else
                next = std::min(next, entry->stop.deadline);
            if (entry->fired != Fired::no)
                shutdown(entry->fd, SHUT_RDWR);
        }
        return next;
    }

    void run()
    {
        std::unique_lock lock(mutex);
        while (!ending)
        {
            if (entries.empty())
                wake.wait(lock, [&] { return ending || !entries.empty(); });
            else
                wake.wait_until(lock, look());
        }
    }
};

Watchdog::Guard::Guard(std::shared_ptr<Shared> shared, std::shared_ptr<Entry> entry)
    : shared_(std::move(shared)), entry_(std::move(entry))
{
}

Watchdog::Guard::~Guard()
{
    const std::lock_guard lock(shared_->mutex);
    shared_->entries.erase(entry_);
}

Watchdog::Fired Watchdog::Guard::fired() const
{
    const std::lock_guard lock(shared_->mutex);
    return entry_->fired;
}

Watchdog::Watchdog() : shared_(std::make_shared<Shared>())
{
    shared_->thread = std::thread([shared = shared_.get()] { shared->run(); });
}

Watchdog::~Watchdog()
{
    {
        const std::lock_guard lock(shared_->mutex);
        shared_->ending = true;
    }
    shared_->wake.notify_one();
    shared_->thread.join();
}

std::unique_ptr<Watchdog::Guard> Watchdog::watch(int fd, const Stop &stop)
{
    auto entry = std::make_shared<Entry>(fd, stop);
    {
        const std::lock_guard lock(shared_->mutex);
        shared_->entries.insert(entry);
    }
    shared_->wake.notify_one();
    return std::make_unique<Guard>(shared_, std::move(entry));
}

} // namespace psa::net
