#pragma once

#include "host/clock/clock.h"
#include "host/os/file_descriptor.h"
#include "host/store/state_folder.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace psa::store {

/// The newest transaction that a store has acknowledged.
struct Acknowledged
{
    std::string storeId;
    std::int64_t commits = 0;    ///< Number of transactions acknowledged so far.
    std::int64_t lastTicket = 0; ///< The highest assigned ticket number.
};

/// The file beside the store that records what the store has acknowledged, because SQLite takes a damaged frame for the
/// end of its log and reports nothing. It is written after each commit and before any caller is told; so a store that
/// has less than it says has lost something, and one that has more was merely stopped in between.
///
///     offset 0      a slot: one line with a checksum
///     offset 4096   the other slot; the valid one with more commits counts
///
/// Writing does not wait for the disk. A crash of the process loses nothing; after a power failure the file may be as
/// old as its last sync. A slot is not overwritten until the other one is synced, so at least one is always valid.
class CommitMark
{
public:
    enum class State
    {
        missing,
        damaged, ///< Neither slot is valid.
        good
    };

    /// Syncing takes at most a fiftieth of the time, and happens at most every 100 ms.
    static constexpr std::chrono::milliseconds syncEvery{100};

    /// Reads the file of a locked folder, if it exists. Throws std::system_error.
    CommitMark(const StateFolder &folder, const clock::Clock &clock);

    State found() const { return found_; }
    /// The content of the file when it was opened; empty unless it was valid.
    const Acknowledged &before() const { return before_; }

    /// Writes the whole file durably; creates it if it is missing. Throws std::system_error.
    void begin(const Acknowledged &now);

    // These require begin(). Failures are reported by problem(); they do not undo a commit.

    void advance(const Acknowledged &now);
    /// Makes the written data durable.
    void sync();
    /// Like sync(), if the last one is long enough ago.
    void syncIfDue();

    /// Why the file cannot be written; "" = it can.
    std::string problem() const { return writeProblem_.empty() ? syncProblem_ : writeProblem_; }

private:
    const std::filesystem::path path_;
    const clock::Clock &clock_;
    os::FileDescriptor file_;
    State found_ = State::missing;
    Acknowledged before_;
    int slot_ = 0;       ///< The slot that is written next.
    bool dirty_ = false; ///< Written but not synced.
    std::string writeProblem_;
    std::string syncProblem_;
    clock::Clock::Steady syncDue_;
};

/// Why a store in this state lacks what it had acknowledged; "" = it does not.
std::string lossReason(const Acknowledged &store, const CommitMark &mark);

} // namespace psa::store
