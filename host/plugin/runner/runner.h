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

/// The plugin's process ended, or did not answer in time. what(): what it died of, or "" if it did not answer.
class RunnerEnded : public std::runtime_error
{
public:
    RunnerEnded(const std::string &how, std::string runningPart) : std::runtime_error(how), part(std::move(runningPart))
    {
    }

    std::string part; ///< The part of the plugin that ran last: "psa_plugin_entry"; "" = none of it.
};

/// The dynamic linker rejects the library. what(): its message.
class NotLoaded : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// An exception left the library. what(): the part that threw.
class PluginThrew : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// The table that psa_plugin_entry returned.
struct EnteredTable
{
    std::uint32_t structSize = 0;
    PluginAbi abi{};
    std::uint32_t functions = 0; ///< Bits of the functions that are set, in the order of psa_plugin_api.
};

struct Offer
{
    OfferState state = OfferState::absent;
    std::uint64_t table = 0; ///< Equal for equal tables.
};

struct RunnerSettings
{
    std::string plugin;                                  ///< The name to blame it by.
    PluginLog log;                                       ///< For lines outside calls; may be null.
    HostAbi abi{PSA_ABI_MAJOR, PSA_ABI_MINOR};           ///< Of the host that the plugin sees.
    std::vector<std::string> services = knownServices(); ///< Ids of services that get_extension finds.
    std::chrono::milliseconds patience{5000};            ///< For a runner that does not read or answer.

    static std::vector<std::string> knownServices();
};

/// What a plugin did with a system call of SharedPage::denied, to complete "it ...".
std::string deniedCall(std::uint32_t systemCall);

/// The host's side of one process that runs a plugin. It believes nothing that the process says: a frame that does not
/// match the protocol, or more frames than any plugin needs, ends it. Thread-safe.
class Runner
{
public:
    using Clock = clock::RunningClock;

    /// Starts a process with the sealed copy `plugin`. Does not wait for it. Throws std::system_error.
    Runner(const Launcher &launcher, int plugin, RunnerSettings settings);
    /// Ends the process.
    ~Runner();
    Runner(const Runner &) = delete;
    Runner &operator=(const Runner &) = delete;

    /// Loads the library and calls psa_plugin_entry; nullopt = it returned NULL. Once. Throws NotLoaded,
    /// PluginThrew and RunnerEnded.
    std::optional<EnteredTable> enter(Clock::time_point until);
    /// After enter(). Throws PluginThrew and RunnerEnded.
    std::vector<Offer> offers(const std::vector<std::string> &ids, Clock::time_point until);

    /// Reserves a place for an instance; nullopt if none is free.
    std::optional<std::size_t> takeSlot();
    /// Destroys its instance, if there is one, and frees the place. Returns what the plugin did wrong, to complete "it
    /// ...": then the process must not be used any more; "" = nothing.
    std::string freeSlot(std::size_t slot, Clock::time_point until);

    struct Asked
    {
        std::size_t slot = 0; ///< 0 = describe.
        const VerbRow &verb;
        const std::vector<std::string> &arguments;
        std::shared_ptr<CallState> state;
        std::chrono::milliseconds grace;
    };
    /// Calls one function and waits for its end, or for its deadline and the grace period: then the process is given up,
    /// as retire() does. Returns notCalled() if it is not usable. The host makes one call at a time for each place.
    CallOutcome call(const Asked &asked);

    /// Takes no more calls; the process ends as soon as no call is in progress.
    void retire();
    /// False: it ended, is given up, or does not match the protocol.
    bool isUsable() const;
    /// What confines it; waits until the process has said so. Throws RunnerEnded.
    ConfinementReport confinement(Clock::time_point until);

    /// Tells the call of this place to stop.
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
    void lateUse(const FrameHead &head);
    void logOutside(psa_log_level level, const std::string &line);
    void logDenied();
    void write(const std::string &frame);
    bool writeAll(std::string_view frame);
    bool writeInTurn(std::string_view rest, Clock::time_point until);
    void doom(const std::string &how);
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
    std::mutex
        writingMutex_; ///< Guards isWriting_. Not held while a frame is written: nobody can wait for a mutex in time.
    std::condition_variable written_;
    bool isWriting_ = false;
    mutable std::mutex mutex_; ///< Guards what follows.
    std::condition_variable changed_;
    std::optional<ConfinementReport> confinement_;            ///< nullopt until it has said hello.
    std::map<std::uint64_t, std::shared_ptr<Running>> calls_; ///< By number.
    std::map<std::uint64_t, std::optional<Reply>> replies_;   ///< Awaited, by the number of the request.
    /// Calls and requests that have not been answered in time, by number. Their answer may still come.
    std::set<std::uint64_t> givenUp_;
    std::vector<bool> slots_ = std::vector<bool>(SharedPage::slots);
    std::uint64_t lastNumber_ = 0; ///< Of calls and requests.
    std::string part_;             ///< Of the plugin, that ran last outside calls.
    bool retired_ = false;
    std::optional<std::string> doom_; ///< Why the host ends it; "" = it is not needed any more.
    bool ended_ = false;
    std::string how_;                 ///< What it died of.
    bool alone_ = false;              ///< Only one call was in progress then.
    std::string lastWords_;           ///< The end of its output.
    std::size_t senders_ = 0;         ///< Threads that send for calls.
    std::uint64_t framesOutside_ = 0; ///< In the minute that began at outsideSince_; by the reading thread.
    std::uint64_t bytesOutside_ = 0;  ///< As above.
    std::chrono::steady_clock::time_point outsideSince_;
    std::atomic<std::uint32_t> denied_{0}; ///< Denied system calls that were logged.
    LogBudget budget_{std::chrono::minutes(1)};
    std::thread reader_;
};

/// The outcome of a call for which there was no process, so that nothing of the plugin ran.
CallOutcome notCalled(const std::string &plugin, const VerbRow &verb);

/// What confines plugins on this system, found out by starting a process without one. Throws RunnerEnded and
/// std::system_error.
ConfinementReport tryConfinement(const Launcher &launcher);

} // namespace psa::plugin::runner
