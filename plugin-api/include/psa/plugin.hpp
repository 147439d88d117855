// SPDX-License-Identifier: Apache-2.0
//
// psa/plugin.hpp: write a plugin in C++17 by deriving one class. Header-only and compiled into the plugin: not ABI.
//
//     class MyPlugin : public psa::Plugin
//     {
//     public:
//         static std::string describe(psa::Call &call);            // the descriptor
//         explicit MyPlugin(psa::Host host);                       // no network, no work
//         void configure(psa::Call &, std::string_view json) override;
//         std::string test(psa::Call &) override;
//         std::string createTicket(psa::Call &, std::string_view reference, std::string_view ticket) override;
//     };
//     PSA_PLUGIN(MyPlugin)
//
// Derive from psa::FindTicket, psa::Choices or psa::TicketReader too, and the extension is offered. Each verb returns
// the document that psa/plugin.h names, or throws psa::Error. Whatever else is thrown becomes PSA_INTERNAL: nothing
// leaves.
#ifndef PSA_PLUGIN_HPP
#define PSA_PLUGIN_HPP

#include <psa/call.hpp>
#include <psa/choices.h>
#include <psa/error.hpp>
#include <psa/find_ticket.h>
#include <psa/ticket.h>

#include <string>
#include <string_view>

/// How hard the glue checks the host at run time: 0 not at all, 1 for NULL where there must be something, 2 also for
/// two calls at once on one instance, calls on a destroyed instance and results that are not UTF-8. Build tests with 2.
#ifndef PSA_CHECK_LEVEL
#define PSA_CHECK_LEVEL 1
#endif

namespace psa {

/// One configured connection to a PSA. The host never makes two concurrent calls on one object.
class Plugin
{
public:
    Plugin() = default;
    Plugin(const Plugin &) = delete;
    Plugin &operator=(const Plugin &) = delete;
    virtual ~Plugin() = default;

    /// Take the configuration or throw and keep the old one. Offline.
    virtual void configure(Call &call, std::string_view configurationJson) = 0;
    /// Could a ticket be created? Returns a test result.
    virtual std::string test(Call &call) = 0;
    /// Create one ticket with one changing request. Returns a ticket result.
    virtual std::string createTicket(Call &call, std::string_view reference, std::string_view ticketJson) = 0;
};

/// psa.find-ticket/1: derive from it beside Plugin.
class FindTicket
{
public:
    virtual ~FindTicket() = default;
    /// Every ticket with exactly this reference. Returns found tickets.
    virtual std::string findTicket(Call &call, std::string_view reference) = 0;
};

/// One page of a list that the host asks for; views are valid during the call.
struct ChoicesQuery
{
    std::string_view list;
    std::string_view query;
    std::string_view cursor;
    std::string_view dependsOnJson;
    std::uint32_t limit = 0;
};

/// psa.choices/1: derive from it beside Plugin.
class Choices
{
public:
    virtual ~Choices() = default;
    /// One page of the list. Returns choices.
    virtual std::string listChoices(Call &call, const ChoicesQuery &query) = 0;
};

/// psa.ticket/1: derive from it beside Plugin.
class TicketReader
{
public:
    virtual ~TicketReader() = default;
    /// One ticket as the PSA has it now. Returns a ticket result.
    virtual std::string readTicket(Call &call, std::string_view ticketId) = 0;
};

} // namespace psa

#include <psa/trampolines.hpp>

/// Defines the one exported function for the class `T`. Once per plugin, outside any namespace.
#define PSA_PLUGIN(T)                                                                                                  \
    extern "C" PSA_EXPORT const psa_plugin_api *PSA_CALL psa_plugin_entry(const psa_host *host)                        \
    {                                                                                                                  \
        return psa::detail::Trampolines<T>::enter(host);                                                               \
    }

#endif
