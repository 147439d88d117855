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

/// How one function of the plugin ended.
struct Returned
{
    psa_status status = PSA_INTERNAL;
    std::optional<std::string> thrown; ///< what() of the exception that left it; "" = not a std::exception.
};

/// Runs code of the plugin. The text of the exception that left it, as in Returned; nullopt = none did.
std::optional<std::string> thrownBy(const std::function<void()> &body);

/// Maps the library `file` with all symbols resolved and none shared. It is never unmapped: plugins leave threads,
/// thread-local objects and handlers behind. The descriptor is duplicated and stays open: the dynamic linker identifies
/// libraries by name, and a reused number would give it this library for another file. Throws std::runtime_error with the
/// linker's message.
psa_plugin_entry_fn mapLibrary(int file);

/// The plugin: mapped, entered, and called. The functions that answer the host's frames run on one thread, the calls on several.
class Plugin
{
public:
    explicit Plugin(std::shared_ptr<HostLink> link) : link_(std::move(link)) {}

    /// See mapLibrary().
    void map(int file) { entry_ = mapLibrary(file); }
    /// Answers "enter" after map().
    void enter(const psa_host *host, std::uint64_t request);
    /// Answers "offer". Throws BadFrame if there is no table to ask.
    void offer(const std::vector<std::string> &ids, std::uint64_t request);

    /// Whether calls are possible: enter() got a whole table.
    bool isEntered() const;
    /// Calls a verb with the arguments of its row. `object` is the instance; create sets it.
    Returned call(Verb verb, const psa_call *call, psa_instance *&object, const std::vector<std::string> &arguments);
    /// False = destroy threw an exception.
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
