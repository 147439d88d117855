#pragma once

#include "host/run/embedded_host.h"

#include <chrono>
#include <functional>
#include <future>
#include <string>

namespace psa::run {

/// Loads the plugins again whenever their files have changed or that is requested, on a thread of its own: a new build may hang.
class PluginReloads
{
public:
    static constexpr std::chrono::seconds lookEvery{2};

    /// `own` must outlive it. `say`: for failures.
    PluginReloads(EmbeddedHost &own, std::function<void(const std::string &)> say);

    /// Looks at the files if it is time. Does not wait. From one thread.
    void look();
    /// The next look() loads the plugins again, changed or not.
    void request() { requested_ = true; }
    /// What was requested has not ended yet.
    bool isBusy() const;

private:
    bool isRunning() const;
    void reload();

    EmbeddedHost &own_;
    std::function<void(const std::string &)> say_;
    std::chrono::steady_clock::time_point lookAt_ = std::chrono::steady_clock::now() + lookEvery;
    bool requested_ = false;
    std::future<void> reload_; ///< Waited for by its destructor.
};

} // namespace psa::run
