#pragma once

#include "host/plugin/elf_file.h"
#include "host/plugin/form.h"
#include "host/plugin/instance.h"
#include "host/plugin/loaded_plugin.h"
#include "host/plugin/negotiation.h"
#include "plugin-check/call_record.h"
#include "plugin-check/check_host.h"
#include "plugin-check/in_process.h"
#include "plugin-check/plugin_home.h"

#include <Poco/JSON/Object.h>

#include <filesystem>
#include <functional>

namespace psa::check {

class CheckContext;

/// The whole file. Throws std::runtime_error if it cannot be read.
std::vector<unsigned char> readPluginBytes(const std::filesystem::path &file);

/// What the file shows without being run. Throws plugin::ElfError, and like readPluginBytes().
plugin::ElfFile readPluginFile(const std::filesystem::path &file);

/// The ABI numbers in its note. Throws plugin::InvalidDocument, and like readPluginFile().
plugin::PluginAbi noteAbi(const std::filesystem::path &file);

/// Why a plugin with these numbers cannot work with this host; empty = it can.
std::string versionProblem(const plugin::PluginAbi &plugin);

/// Maps the library into this process permanently; a failure ends the check.
psa_plugin_entry_fn mapPlugin(CheckContext &context);

/// Parameters of one call.
struct CallWay
{
    std::chrono::milliseconds time{2000}; ///< Time until the deadline.
    /// What the plugin may use; empty = every service reports that it does not exist.
    plugin::CallContext services = {};
};

/// The plugin in this process, entered with a host of some shape. Each call runs on its own thread, because it may
/// hang; one that hangs leaves the thread behind, and no call after it works.
class PluginUnderCheck
{
public:
    /// Maps and enters; a plugin that cannot be entered ends the check.
    explicit PluginUnderCheck(CheckContext &context, const HostShape &shape = {});
    /// The same with another file than the checked one.
    PluginUnderCheck(CheckContext &context, const HostShape &shape, const std::filesystem::path &file);

    /// The plugin's own table.
    const psa_plugin_api *table() const { return table_; }
    /// Our copy; members missing from a shorter plugin's table are NULL.
    const psa_plugin_api &api() const { return api_; }
    const CheckHost &host() const { return *host_; }
    /// Runs `task`, which calls the plugin directly, on the calling thread of the plugin; throws what it throws.
    void run(std::function<void()> task) const { thread_.run(std::move(task)); }
    /// What get_extension returns.
    const void *extension(const std::string &id) const;

    CallRecord describe(const CallWay &way = {});
    /// describe of psa.update-ticket/1.
    CallRecord describeUpdates(const CallWay &way = {}) { return call(nullptr, {plugin::Verb::describeUpdates}, way); }
    /// `instance` is set by the plugin; it may stay NULL.
    CallRecord create(psa_instance *&instance, const CallWay &way = {});
    CallRecord configure(psa_instance *instance, const std::string &json, const CallWay &way = {});
    /// Fails with PSA_NOT_IMPLEMENTED, without a call, if extensions() lacks the verb.
    CallRecord call(psa_instance *instance, const plugin::VerbCall &asked, const CallWay &way = {});
    CallRecord test(psa_instance *instance, const CallWay &way = {}) { return call(instance, plugin::testCall(), way); }
    void destroy(psa_instance *instance);

    /// An instance with the configuration `json`; a failure ends the check.
    psa_instance *configured(const std::string &json);
    psa_instance *created();

    /// The descriptor, read once; an invalid one ends the check.
    const Poco::JSON::Object &descriptor();
    const plugin::DescriptorForms &forms();
    /// The extensions that it offers completely.
    const plugin::ExtensionTables &extensions();

private:
    using Body = std::function<psa_status(const psa_call *)>;
    CallRecord call(const plugin::VerbRow &verb, Body body, const CallWay &way);
    void learnDescriptor();

    CheckContext &context_;
    CheckHost *host_; ///< Never deleted.
    CallingThread thread_;
    DirectCalls *calls_; ///< Never deleted: its destructor would hang if the plugin closed the socket.
    const psa_plugin_api *table_ = nullptr;
    psa_plugin_api api_{};
    Poco::JSON::Object::Ptr descriptor_;
    plugin::DescriptorForms forms_;
    std::optional<plugin::ExtensionTables> extensions_;
};

} // namespace psa::check
