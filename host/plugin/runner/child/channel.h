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

/// A frame that was received.
struct Frame
{
    FrameHead head;
    std::string payload;
};

/// The runner's end of the socket. One thread reads; every thread may write. Frames arrive whole and in the order in
/// which they were written, whatever thread wrote them.
class Channel
{
public:
    /// Lines that wait for a host that does not read; more are dropped.
    static constexpr std::size_t maxLogBytes = 256U << 10U;

    /// Takes over `socket`. `endsProcess`: its end ends the process at once, whatever other threads do, and no code of the
    /// plugin runs any more. Throws std::system_error.
    Channel(int socket, bool endsProcess);
    ~Channel();
    Channel(const Channel &) = delete;
    Channel &operator=(const Channel &) = delete;

    /// The next frame, once it has arrived; meanwhile writes what waits. nullopt = the socket has ended. Throws BadFrame.
    std::optional<Frame> read();

    /// Writes a frame and waits until the host took it. Without effect once the socket has ended.
    void write(std::string frame);
    /// As write(), but leaves what the socket does not take at once to read(). For the thread that reads.
    void post(std::string frame);
    /// Writes a log line at once, or leaves it to a later write. Never waits; counts the lines that it drops. `message`:
    /// nullopt = NULL with a size.
    void log(std::uint64_t call, psa_log_level level, std::optional<std::string_view> message) noexcept;

    /// Ends the socket: read() returns nullopt, and nobody waits to write any more.
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
    std::size_t begin_ = 0; ///< The bytes of received_ from here to end_ are not used yet.
    std::size_t end_ = 0;
    std::atomic<std::uint64_t> dropped_{0};
    std::mutex mutex_; ///< Guards the members below.
    std::deque<Piece> waiting_;
    std::size_t offset_ = 0; ///< Bytes of the first piece that were written.
    std::size_t logBytes_ = 0;
    std::uint64_t pushed_ = 0;
    std::uint64_t written_ = 0;
    bool ended_ = false;
};

} // namespace psa::plugin::runner::child
