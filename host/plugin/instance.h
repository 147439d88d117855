#pragma once

#include "host/plugin/call_state.h"
#include "host/plugin/worker.h"

#include <memory>
#include <string>

namespace psa::host {

class LoadedPlugin;

/// One configured object of a plugin, with a thread of its own. The caller makes one call at a time; cancel() may come
/// from any thread. A call that outlives its deadline and the grace makes the instance lost: every later call fails,
/// and neither the object nor the thread is touched again.
class Instance
{
public:
    using Clock = std::chrono::steady_clock;
    static constexpr std::chrono::milliseconds defaultGrace{2000};

    Instance(std::shared_ptr<const LoadedPlugin> plugin, PluginLog log, std::chrono::milliseconds grace = defaultGrace);
    ~Instance();
    Instance(const Instance &) = delete;
    Instance &operator=(const Instance &) = delete;

    /// Makes the object; before any other call.
    CallOutcome create(Clock::time_point deadline);
    /// `json`: a configuration document that the host has checked.
    CallOutcome configure(std::string json, Clock::time_point deadline);
    CallOutcome test(Clock::time_point deadline);
    CallOutcome createTicket(std::string reference, std::string ticketJson, Clock::time_point deadline);

    /// Asks the call under way, if any, to stop.
    void cancel();
    bool lost() const { return worker_.abandoned(); }

private:
    using Body = std::function<psa_status(const psa_call *, psa_instance *)>;
    CallOutcome call(const char *verb, Delivers delivers, Body body, Clock::time_point deadline);
    /// A success whose document does not fit its schema becomes the plugin's defect.
    CallOutcome checked(const char *schema, CallOutcome outcome) const;
    CallOutcome lostOutcome(const char *verb) const;

    std::shared_ptr<const LoadedPlugin> plugin_;
    PluginLog log_;
    std::chrono::milliseconds grace_;
    std::shared_ptr<psa_instance *> object_; ///< Shared with the thread: create may end after we gave it up.
    std::mutex mutex_;                       ///< Guards current_.
    std::shared_ptr<CallState> current_;
    Worker worker_;
};

} // namespace psa::host
