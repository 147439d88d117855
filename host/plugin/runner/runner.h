#pragma once

#include "host/plugin/call_state.h"
#include "host/plugin/log_budget.h"
#include "host/plugin/negotiation.h"
#include "host/plugin/runner/launcher.h"
#include "host/plugin/runner/protocol.h"
#include "host/plugin/runner/sealed_memory.h"

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace psa::plugin::runner {

/// The plugin's process exited, or did not answer by the deadline. what(): the cause of the exit; "" = the deadline passed.
class RunnerEnded : public std::runtime_error
{
public:
    RunnerEnded(const std::string &cause, std::string runningPart)
        : std::runtime_error(cause), part(std::move(runningPart))
    {
    }

    std::string part; ///< The part of the plugin that ran last, such as "psa_plugin_entry"; "" = none did.
};

/// The library could not be loaded. what(): the dynamic linker's message, for example.
class NotLoaded : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// The library threw an exception. what(): the part of it that threw, such as "psa_plugin_entry".
class PluginThrew : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// The contents of the psa_plugin_api that psa_plugin_entry returned.
struct EnteredTable
{
    std::uint32_t structSize = 0; ///< In bytes, as the plugin states it.
    PluginAbi abi{};
    std::uint32_t functions = 0; ///< Bits of the functions that are set, in the order of psa_plugin_api.
};

/// What get_extension returned for one id.
struct Offer
{
    OfferState state = OfferState::absent;
    std::uint64_t table = 0; ///< Equal for ids with the same table; 0 = NULL.
    bool optional = false;   ///< See hasOptional().
};

/// How a Runner runs a plugin.
struct RunnerSettings
{
    std::string plugin;                                  ///< Its id, for messages.
    PluginLog log;                                       ///< For log lines that belong to no call; may be null.
    HostAbi abi{PSA_ABI_MAJOR, PSA_ABI_MINOR};           ///< The host's version that the plugin sees.
    std::vector<std::string> services = knownServices(); ///< Ids of services that get_extension finds.
    std::chrono::milliseconds patience{5000};            ///< For a child that does not read; then it is killed.

    static std::vector<std::string> knownServices();
};

/// Describes a system call of SharedPage::denied by its number, to complete "it ...".
std::string deniedCall(std::uint32_t systemCall);

/// The host's side of one child process that runs a plugin. The child is not trusted: if it violates the protocol, or sends
/// more frames than any plugin needs, it is killed. Thread-safe, except for the destructor.
class Runner
{
public:
    using Clock = clock::RunningClock;

    /// Starts a process for the sealed copy with the descriptor `plugin`, which stays the caller's. Does not wait for the
    /// process. Throws std::system_error.
    Runner(const Launcher &launcher, int plugin, RunnerSettings settings);
    /// Kills and reaps the process, and waits for requests that are still being sent. No other function may be running.
    ~Runner();
    Runner(const Runner &) = delete;
    Runner &operator=(const Runner &) = delete;

    /// Loads the library and calls psa_plugin_entry; nullopt = it returned NULL. Waits until `until`. Call it once. Throws
    /// NotLoaded, PluginThrew and RunnerEnded.
    std::optional<EnteredTable> enter(Clock::time_point until);
    /// Calls get_extension for each of `ids`, at most 1000, and returns the offers in their order. Call it after enter()
    /// has returned a complete table. Waits until `until`. Throws PluginThrew and RunnerEnded.
    std::vector<Offer> offers(const std::vector<std::string> &ids, Clock::time_point until);

    /// Reserves a slot for an instance, 1 to 64; nullopt if none is free.
    std::optional<std::size_t> takeSlot();
    /// Destroys the instance in the slot, if there is one, and frees the slot. Waits until `until`. "" = done, or the host
    /// has killed the process. Otherwise what the plugin did wrong, to complete "it ...": then retire the process.
    std::string freeSlot(std::size_t slot, Clock::time_point until);

    /// One call for call().
    struct Asked
    {
        std::size_t slot = 0; ///< 0 = a description; see isDescription().
        const VerbRow &verb;
        const std::vector<std::string> &arguments;
        std::shared_ptr<CallState> state;
        std::chrono::milliseconds grace; ///< After the deadline in `state`.
    };
    /// Calls one function of the plugin and waits until it returns, the process exits, or the deadline and the grace period
    /// have passed; in the last case retires the process. The waiting thread also sends the call's requests. Returns
    /// notCalled() if the process is not usable. Make one call at a time in each slot.
    CallOutcome call(const Asked &asked);

    /// Takes no new calls; the process is killed as soon as no call is in progress.
    void retire();
    /// False once it has exited, is being killed, or was retired: make no more calls.
    bool isUsable() const;
    /// What confines the process. Waits for its hello until `until`. Throws RunnerEnded.
    ConfinementReport confinement(Clock::time_point until);

    /// Asks the call in progress in this slot to stop (psa_call.is_cancelled). Does not wait.
    void cancel(std::size_t slot);

private:
    struct Send;
    struct Running;
    using Lock = std::unique_lock<std::mutex>;
    struct Reply
    {
        Kind kind;
        std::string payload;
    };

    void read();
    bool receive(std::string &buffered);
    bool isCalled() const;
    bool takesCalls() const;
    std::size_t receiveOutput();
    void countOutside(std::size_t bytes);
    void takeFrames(std::string &buffered);
    void handle(const FrameHead &head, FrameReader fields);
    void handleOutsideCalls(const FrameHead &head, FrameReader fields);
    void handleOfCall(const FrameHead &head, FrameReader fields);
    void endCall(const FrameHead &head, Running &running, FrameReader fields);
    void queueSend(const std::shared_ptr<Running> &running, const FrameHead &head, net::HttpRequest request);
    bool startSender(const std::shared_ptr<Running> &running, const Send &wanted);
    void answerSend(const Running &running, const Send &wanted);
    void serveOne(Lock &lock, const std::shared_ptr<Running> &running);
    void handleLate(const FrameHead &head);
    void logOutside(psa_log_level level, const std::string &line);
    void logDenied();
    void write(const std::string &frame);
    bool writeAll(std::string_view frame);
    bool writeInTurn(std::string_view rest, Clock::time_point until) const;
    void kill(const std::string &reason);
    void end();
    void closeIfUnused();
    void publishTime();
    std::string part() const;
    template <class T>
    T readReply(const Reply &reply, Kind kind, T (*reader)(FrameReader &));
    Reply ask(FrameWriter frame, std::uint64_t request, Clock::time_point until);
    std::uint64_t nextRequest();
    void waitForEnd(Lock &lock, const std::shared_ptr<Running> &running, Clock::time_point until);
    CallOutcome settle(const Asked &asked, const std::shared_ptr<Running> &running);

    const RunnerSettings settings_;
    PageMapping page_;
    Started started_;
    std::mutex publishing_; ///< Held while the time is written to the page.
    std::mutex
        writingMutex_; ///< Guards isWriting_. Not held while a frame is written, because locking has no deadline.
    std::condition_variable written_;
    bool isWriting_ = false;
    mutable std::mutex mutex_; ///< Guards the members below, unless noted otherwise.
    std::condition_variable changed_;
    std::optional<ConfinementReport> confinement_;            ///< nullopt until hello arrives.
    std::map<std::uint64_t, std::shared_ptr<Running>> calls_; ///< By number.
    std::map<std::uint64_t, std::optional<Reply>> replies_;   ///< Awaited, by the number of the request.
    /// Numbers of calls and requests that were not answered by their deadline; a late answer is ignored.
    std::set<std::uint64_t> timedOut_;
    std::vector<bool> slots_ = std::vector<bool>(SharedPage::slots);
    std::uint64_t lastNumber_ = 0;          ///< Of calls and requests.
    std::string part_;                      ///< The part of the plugin that the last "entering" named.
    std::optional<std::string> killReason_; ///< Why the host kills it; "" = it is no longer needed.
    std::string exitCause_;                 ///< Valid once ended_.
    bool retired_ = false;
    bool ended_ = false;              ///< It has exited and was reaped.
    bool alone_ = false;              ///< Exactly one call was in progress when it exited.
    std::string lastWords_;           ///< The last bytes of its output, at most 500.
    std::size_t senders_ = 0;         ///< Threads of startSender() that are running.
    std::uint64_t framesOutside_ = 0; ///< Since outsideSince_, at most a minute; only for the reading thread.
    std::uint64_t bytesOutside_ = 0;  ///< As above.
    std::chrono::steady_clock::time_point outsideSince_;
    std::atomic<std::uint32_t> denied_{0}; ///< Number of denied system calls that were logged.
    LogBudget budget_{std::chrono::minutes(1)};
    std::thread reader_;
};

/// The outcome of a call that was not made because its process takes no more calls.
CallOutcome notCalled(const std::string &plugin, const VerbRow &verb);

/// What confines plugins on this system. Starts a process without a plugin to find out, and waits for it for at most 5 s.
/// Throws RunnerEnded and std::system_error.
ConfinementReport tryConfinement(const Launcher &launcher);

} // namespace psa::plugin::runner
