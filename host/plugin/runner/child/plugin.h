#pragma once

#include "host/plugin/extension_tables.h"
#include "host/plugin/runner/child/host_link.h"
#include "host/plugin/verb.h"

#include <psa/plugin.h>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace psa::plugin::runner::child {

/// The result of one function of the plugin.
struct Returned
{
    psa_status status = PSA_INTERNAL;
    std::optional<std::string> thrown; ///< what() of the exception that it threw, "" = not a std::exception.
};

/// Runs `body`, which calls the plugin. Returns what() of the exception that it throws, as in Returned; nullopt = none.
std::optional<std::string> thrownBy(const std::function<void()> &body);

/// Loads the library with the descriptor `file`, with RTLD_NOW and RTLD_LOCAL, and returns its entry function. It is never
/// unloaded: plugins leave threads, thread-local objects and handlers behind. A duplicate of the descriptor stays open,
/// because the linker identifies libraries by the name /proc/self/fd/N: with a reused N it would return this library for
/// another file. Throws std::runtime_error with the linker's message. Thread-safe.
psa_plugin_entry_fn mapLibrary(int file);

/// The loaded plugin. map(), enter() and offer() must run on one thread; isEntered(), call() and destroy() may run on any.
class Plugin
{
public:
    explicit Plugin(std::shared_ptr<HostLink> link) : link_(std::move(link)) {}

    /// See mapLibrary().
    void map(int file) { entry_ = mapLibrary(file); }
    /// Calls psa_plugin_entry and sends "entered" or "threw" for the request. Requires map().
    void enter(const psa_host *host, std::uint64_t request);
    /// Calls get_extension for each id and sends "offered" or "threw". Throws BadFrame unless isEntered().
    void offer(const std::vector<std::string> &ids, std::uint64_t request);

    /// Whether enter() got a complete table, so that calls are possible.
    bool isEntered() const;
    /// Calls `verb` with the arguments that its row lists. `object`: the instance, which create sets. Requires isEntered().
    Returned call(Verb verb, const psa_call *call, psa_instance *&object, const std::vector<std::string> &arguments);
    /// False if destroy threw an exception. Requires isEntered().
    bool destroy(psa_instance *object);

private:
    std::shared_ptr<HostLink> link_;
    psa_plugin_entry_fn entry_ = nullptr;
    const psa_host *host_ = nullptr;
    mutable std::mutex mutex_; ///< Guards the members below.
    std::optional<psa_plugin_api> api_;
    ExtensionTables tables_;
};

} // namespace psa::plugin::runner::child
