#pragma once

#include "host/plugin/form.h"

#include <psa/choices.h>
#include <psa/find_ticket.h>
#include <psa/plugin.h>
#include <psa/ticket.h>

#include <Poco/Dynamic/Var.h>

#include <array>
#include <map>
#include <optional>
#include <string>

namespace psa::plugin {

/// Our copies of the extension tables that a plugin offers: each complete, or absent.
struct ExtensionTables
{
    std::optional<psa_find_ticket> findTicket;
    std::optional<psa_choices> choices;
    std::optional<psa_ticket> ticket;
};

/// The ids of the extensions that the host supports.
constexpr std::array<const char *, 3> knownExtensions{PSA_FIND_TICKET_ID, PSA_CHOICES_ID, PSA_TICKET_ID};
bool isKnownExtension(const std::string &id);

/// Copies the supported tables of `offered` (the results of get_extension by id). A table that is shorter than its
/// struct, or lacks a function, counts as not offered.
ExtensionTables copyTables(const std::map<std::string, const void *> &offered);

/// Whether copyTables() accepted the extension `id`, one of knownExtensions.
bool isWhole(const ExtensionTables &tables, const std::string &id);

/// A plugin whose library is mapped and whose table and descriptor were checked. Immutable; never unloaded.
class LoadedPlugin
{
public:
    std::string id;
    std::string version;
    std::string path;
    std::string build() const { return id + "@" + version; }
    psa_plugin_api api{};           ///< Our copy; every slot is set.
    ExtensionTables extensions;     ///< Also our copies.
    const psa_host *host = nullptr; ///< The table that was passed to its entry function.
    std::string descriptorJson;     ///< As returned by describe.
    Poco::Dynamic::Var descriptor;  ///< Parsed; must not be changed.
    DescriptorForms forms;
    std::size_t maxInstances = 1; ///< Maximum number of concurrent instances per connection; at least 1.
};

} // namespace psa::plugin
