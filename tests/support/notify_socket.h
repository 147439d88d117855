#pragma once

#include "host/os/file_descriptor.h"
#include "tests/support/gate.h"

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>

namespace psa::test {

/// The socket at which a service manager hears of its services ($NOTIFY_SOCKET). It always reads: a full socket would block
/// the service.
class NotifySocket
{
public:
    /// `path`: must not exist. Throws std::runtime_error.
    explicit NotifySocket(const std::filesystem::path &path);
    ~NotifySocket();
    NotifySocket(const NotifySocket &) = delete;
    NotifySocket &operator=(const NotifySocket &) = delete;

    /// The next message; "" = none came in time.
    std::string next();
    /// The next message that contains `text`, after any others; "" = none came in time.
    std::string nextWith(const std::string &text);

private:
    void read();

    os::FileDescriptor socket_;
    Gate over_;
    std::mutex mutex_; ///< Guards what follows.
    std::condition_variable changed_;
    std::deque<std::string> messages_;
    std::thread thread_;
};

} // namespace psa::test
