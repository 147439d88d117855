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
// Derive from psa::FindTicket, psa::Choices, psa::TicketReader or psa::TicketUpdates too, and the extension is offered.
// Each verb returns the document that the C header names, or throws psa::Error. Whatever else is thrown becomes
// PSA_INTERNAL: nothing leaves.
#ifndef PSA_PLUGIN_HPP
#define PSA_PLUGIN_HPP

#include <psa/call.hpp>
#include <psa/choices.h>
#include <psa/error.hpp>
#include <psa/find_ticket.h>
#include <psa/ticket.h>
#include <psa/update_ticket.h>

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

/// psa.update-ticket/1: derive from it beside Plugin, and define `static std::string describeUpdates(psa::Call &)`, which
/// returns an update description. `ticketId`: of a ticket result. Throw PSA_NOT_FOUND without a field if the PSA has no
/// such ticket.
class TicketUpdates
{
public:
    virtual ~TicketUpdates() = default;
    /// Add one note with one changing request. Returns a note result.
    virtual std::string addNote(Call &call, std::string_view ticketId, std::string_view reference,
                                std::string_view noteJson) = 0;
    /// Every note of the ticket with exactly this reference. Returns found notes.
    virtual std::string findNote(Call &call, std::string_view ticketId, std::string_view reference) = 0;
    /// Read the ticket, and set what differs with one changing request. Returns a change result.
    virtual std::string change(Call &call, std::string_view ticketId, std::string_view changeJson) = 0;
    /// Has a human touched the ticket since the watermark ("" = since its creation)? Returns an activity; so does a
    /// deleted ticket.
    virtual std::string activity(Call &call, std::string_view ticketId, std::string_view watermark) = 0;
};

/// remove_note of psa.update-ticket/1, which is optional: derive from it beside TicketUpdates.
class NoteRemoval
{
public:
    virtual ~NoteRemoval() = default;
    /// Delete one note that this plugin wrote. Succeeds if it is gone already.
    virtual void removeNote(Call &call, std::string_view ticketId, std::string_view noteId) = 0;
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
