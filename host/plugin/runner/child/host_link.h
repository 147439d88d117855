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

/// The way to the host: the socket with the requests that wait for a response, and the shared page. Thread-safe.
class HostLink
{
public:
    /// `ownProcess`: see Hooks. Throws std::system_error.
    HostLink(const ServeFiles &files, bool ownProcess);

    Channel &channel() { return channel_; }
    const Page &page() const { return page_; }

    /// Sends a request with what `fields` writes and waits for the response; nullopt once the socket has ended. Throws
    /// std::length_error for a request that is too large, std::bad_alloc, and what `fields` throws.
    std::optional<std::string> ask(Kind kind, std::uint64_t call, const std::function<void(FrameWriter &)> &fields);
    /// As ask(), for readClock and readRemaining; 0 once the socket has ended.
    std::int64_t askForTime(Kind kind, std::uint64_t call, const std::function<void(FrameWriter &)> &fields);
    /// Passes a response to the thread that waits for it. Throws BadFrame if there is none.
    void answer(Frame response);

    /// Ends the link because of a fault that nothing can be told about in a frame; `what` is printed. In a process of its
    /// own it ends the process with status 1.
    void fail(const std::string &what) noexcept;
    /// Ends the link: nobody waits any more.
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
