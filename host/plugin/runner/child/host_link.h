#pragma once

#include "host/plugin/runner/child/channel.h"
#include "host/plugin/runner/child/page.h"
#include "host/plugin/runner/child/serve.h"

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace psa::plugin::runner::child {

/// The connection to the host: the socket, the requests that await a response, and the shared page. Thread-safe.
class HostLink
{
public:
    /// `ownProcess`: see Hooks. Throws std::system_error.
    HostLink(const ServeFiles &files, bool ownProcess);

    Channel &channel() { return channel_; }
    const Page &page() const { return page_; }

    /// Sends a request, whose payload `fields` writes, and waits for the response without a limit. Returns its payload;
    /// nullopt once the socket is closed. Throws std::length_error for a payload above maxFrameBytes, std::bad_alloc, and
    /// what `fields` throws.
    std::optional<std::string> ask(Kind kind, std::uint64_t call, const std::function<void(FrameWriter &)> &fields);
    /// Like ask(), for readClock and readRemaining. Returns milliseconds; 0 once the socket is closed.
    std::int64_t askForTime(Kind kind, std::uint64_t call, const std::function<void(FrameWriter &)> &fields);
    /// Passes a response to the thread that waits for it. Throws BadFrame if none does.
    void answer(Frame response);

    /// Closes the link because of a failure that no frame can report, and prints `what` to standard error. In a process of
    /// its own, exits with status 1.
    void fail(const std::string &what) noexcept;
    /// Closes the link and wakes all waiting threads. In a process of its own, exits with status 0.
    void end() noexcept;

private:
    struct Waiting
    {
        std::condition_variable wake;
        std::optional<std::string> response;
    };

    bool ownProcess_;
    Channel channel_;
    Page page_;
    std::mutex mutex_; ///< Guards the members below.
    std::map<std::uint64_t, Waiting *> waiting_;
    std::uint64_t lastRequest_ = 0;
    bool ended_ = false;
};

} // namespace psa::plugin::runner::child
