#pragma once

#include "host/plugin/runner/frame.h"

#include <psa/plugin.h>

#include <array>
#include <atomic>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace psa::plugin::runner::child {

/// A received frame.
struct Frame
{
    FrameHead head;
    std::string payload;
};

/// The runner's end of the socket. One thread may read; the other functions are thread-safe. Frames arrive whole and in the
/// order in which they were written by any thread.
class Channel
{
public:
    /// Bytes of log lines in the queue, with their headers; lines that exceed this are dropped.
    static constexpr std::size_t maxLogBytes = 256U << 10U;

    /// Takes ownership of `socket`. `endsProcess`: when the socket is closed, exit at once with _exit(0), without running
    /// destructors or code of the plugin. Throws std::system_error.
    Channel(int socket, bool endsProcess);
    ~Channel();
    Channel(const Channel &) = delete;
    Channel &operator=(const Channel &) = delete;

    /// Waits for the next frame; meanwhile drains the queue of writes. nullopt = the socket is closed. Throws BadFrame.
    std::optional<Frame> read();

    /// Writes a frame and waits until the socket has taken all of it. No effect once the socket is closed.
    void write(std::string frame);
    /// Queues a frame, to be sent together with the next one, which the caller must write().
    void writeWithNext(std::string frame);
    /// Like write() without waiting: what the socket does not take at once is queued for read(). For the reading thread.
    void post(std::string frame);
    /// Writes a log line or queues it; never waits. If the queue is full, drops it and counts it. `message`: nullopt = NULL
    /// with a size.
    void log(std::uint64_t call, psa_log_level level, std::optional<std::string_view> message) noexcept;

    /// Shuts the socket down: read() returns nullopt, and waiting write() calls return.
    void end() noexcept;

private:
    struct Piece
    {
        std::string bytes;
        bool isLog = false;
    };

    bool receive(char *to, std::size_t size);
    bool refill(char *to, std::size_t size, std::size_t &got);
    void waitForInput();
    void wakeReader() const noexcept;
    void leaveProcess() const noexcept;
    // Require the lock.
    void push(std::string frame);
    void pushLog(std::uint64_t call, psa_log_level level, std::optional<std::string_view> message);
    void flush() noexcept;

    int socket_;
    int wake_;
    bool endsProcess_;
    std::array<char, 16384> received_{};
    std::size_t begin_ = 0; ///< Bytes of received_ from here to end_ were not consumed yet.
    std::size_t end_ = 0;
    bool drained_ = true; ///< There was no more to receive: waiting is faster than trying in vain.
    std::atomic<std::uint64_t> dropped_{0};
    std::mutex mutex_; ///< Guards the members below.
    std::deque<Piece> waiting_;
    std::size_t offset_ = 0; ///< Bytes of the first piece that were already written.
    std::size_t logBytes_ = 0;
    std::uint64_t pushed_ = 0;
    std::uint64_t written_ = 0;
    bool ended_ = false;
};

} // namespace psa::plugin::runner::child
