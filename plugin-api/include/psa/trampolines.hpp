// SPDX-License-Identifier: Apache-2.0
//
// psa/trampolines.hpp: the inside of psa/plugin.hpp: C functions that check, call the class and catch everything. Do not
// include it yourself.
#ifndef PSA_TRAMPOLINES_HPP
#define PSA_TRAMPOLINES_HPP

#include <psa/text.hpp>

#include <atomic>
#include <cstring>
#include <memory>
#include <new>
#include <type_traits>

namespace psa::detail {

inline psa_status fail(const psa_call *call, const Error &error) noexcept
{
    const psa_error raw = error.toC();
    call->put_error(call, &raw);
    return raw.status;
}

inline psa_status failInternal(const psa_call *call, const char *detail) noexcept
{
    psa_error raw{};
    raw.struct_size = sizeof raw;
    raw.status = PSA_INTERNAL;
    raw.user_message = view("An unknown error occurred in the plugin.");
    raw.hint = view("See the log, and report it to the maker of the plugin.");
    raw.internal_detail = view(detail);
    call->put_error(call, &raw);
    return PSA_INTERNAL;
}

/// Runs `body`, which may throw anything; nothing leaves.
template <class Body>
psa_status guarded(const psa_call *call, Body &&body) noexcept
{
#if PSA_CHECK_LEVEL >= 1
    if (call == nullptr)
        return PSA_INTERNAL;
#endif
    try
    {
        return body();
    }
    catch (const Error &error)
    {
        return error.status() == PSA_OK ? failInternal(call, "psa::Error thrown with PSA_OK") : fail(call, error);
    }
    catch (const std::exception &error)
    {
        return failInternal(call, error.what());
    }
    catch (...)
    {
        return failInternal(call, "something that is not a std::exception was thrown");
    }
}

inline psa_status deliver(const psa_call *call, const std::string &json)
{
#if PSA_CHECK_LEVEL >= 2
    if (!isUtf8(json))
        throw Error(PSA_INTERNAL, "The plugin returned a result that is not UTF-8.");
#endif
    call->put_result(call, view(json));
    return PSA_OK;
}

/// The object behind a psa_instance.
template <class T>
struct Holder
{
    static constexpr std::uint32_t alive = 0x50534121;

    explicit Holder(const psa_host *host) : plugin(Host(host)) {}

    std::uint32_t mark = alive;
    std::atomic_flag busy = ATOMIC_FLAG_INIT;
    T plugin;
};

template <class T>
struct Trampolines
{
    static_assert(std::is_base_of_v<Plugin, T>, "a plugin class derives from psa::Plugin");
    static_assert(std::is_constructible_v<T, Host>, "a plugin class has a constructor that takes psa::Host");
    static_assert(std::is_base_of_v<TicketUpdates, T> || !std::is_base_of_v<NoteRemoval, T>,
                  "a plugin class that derives from psa::NoteRemoval derives from psa::TicketUpdates, too");

    using Object = Holder<T>;

    static Object *object(psa_instance *instance) noexcept { return reinterpret_cast<Object *>(instance); }

    /// Checks the instance as PSA_CHECK_LEVEL says, then runs `body(plugin, call)` guarded.
    template <class Body>
    static psa_status onInstance(const psa_call *call, psa_instance *instance, Body &&body) noexcept
    {
        return guarded(call, [&]() -> psa_status {
#if PSA_CHECK_LEVEL >= 1
            if (instance == nullptr)
                throw Error(PSA_INTERNAL, "The host made a call without an instance.");
#endif
            Object &holder = *object(instance);
#if PSA_CHECK_LEVEL >= 2
            if (holder.mark != Object::alive)
                throw Error(PSA_INTERNAL, "The host made a call on an instance that it had destroyed.");
            if (holder.busy.test_and_set())
                throw Error(PSA_INTERNAL, "The host made two concurrent calls on one instance.");
            struct Release
            {
                explicit Release(Object &held) noexcept : held_(held) {}
                Release(const Release &) = delete;
                Release &operator=(const Release &) = delete;
                ~Release() { held_.busy.clear(); }

                Object &held_;
            };
            const Release release(holder);
#endif
            Call wrapped(call);
            return body(holder.plugin, wrapped);
        });
    }

    static psa_status describe(const psa_call *call) noexcept
    {
        return guarded(call, [&] {
            Call wrapped(call);
            return deliver(call, T::describe(wrapped));
        });
    }

    static psa_status create(const psa_call *call, const psa_host *host, psa_instance **instance) noexcept
    {
        return guarded(call, [&]() -> psa_status {
#if PSA_CHECK_LEVEL >= 1
            if (host == nullptr || instance == nullptr)
                throw Error(PSA_INTERNAL, "The host asked for an instance without saying where to put it.");
#endif
            auto made = std::make_unique<Object>(host);
            *instance = reinterpret_cast<psa_instance *>(made.release());
            return PSA_OK;
        });
    }

    static void destroy(psa_instance *instance) noexcept
    {
        if (instance == nullptr)
            return;
        object(instance)->mark = 0;
        delete object(instance);
    }

    static psa_status configure(const psa_call *call, psa_instance *instance, psa_str json) noexcept
    {
        return onInstance(call, instance, [&](Plugin &plugin, Call &wrapped) {
            plugin.configure(wrapped, view(json));
            return PSA_OK;
        });
    }

    static psa_status test(const psa_call *call, psa_instance *instance) noexcept
    {
        return onInstance(call, instance,
                          [&](Plugin &plugin, Call &wrapped) { return deliver(call, plugin.test(wrapped)); });
    }

    static psa_status createTicket(const psa_call *call, psa_instance *instance, psa_str reference,
                                   psa_str ticket) noexcept
    {
        return onInstance(call, instance, [&](Plugin &plugin, Call &wrapped) {
            return deliver(call, plugin.createTicket(wrapped, view(reference), view(ticket)));
        });
    }

    static psa_status find(const psa_call *call, psa_instance *instance, psa_str reference) noexcept
    {
        return onInstance(call, instance, [&](FindTicket &plugin, Call &wrapped) {
            try
            {
                return deliver(call, plugin.findTicket(wrapped, view(reference)));
            }
            catch (Error &error)
            {
                // "No such address" must never read as "no such ticket".
                if (error.status() == PSA_NOT_FOUND)
                    error.status(PSA_UNAVAILABLE);
                throw;
            }
        });
    }

    static psa_status list(const psa_call *call, psa_instance *instance, const psa_choices_query *query) noexcept
    {
        return onInstance(call, instance, [&](Choices &plugin, Call &wrapped) {
            const ChoicesQuery wanted{view(query->list), view(query->query), view(query->cursor),
                                      view(query->depends_on_json), query->limit};
            return deliver(call, plugin.listChoices(wrapped, wanted));
        });
    }

    static psa_status read(const psa_call *call, psa_instance *instance, psa_str ticketId) noexcept
    {
        return onInstance(call, instance, [&](TicketReader &plugin, Call &wrapped) {
            return deliver(call, plugin.readTicket(wrapped, view(ticketId)));
        });
    }

    static psa_status describeUpdates(const psa_call *call) noexcept
    {
        return guarded(call, [&] {
            Call wrapped(call);
            return deliver(call, T::describeUpdates(wrapped));
        });
    }

    static psa_status addNote(const psa_call *call, psa_instance *instance, psa_str ticketId, psa_str reference,
                              psa_str note) noexcept
    {
        return onInstance(call, instance, [&](TicketUpdates &plugin, Call &wrapped) {
            return deliver(call, plugin.addNote(wrapped, view(ticketId), view(reference), view(note)));
        });
    }

    static psa_status findNote(const psa_call *call, psa_instance *instance, psa_str ticketId,
                               psa_str reference) noexcept
    {
        return onInstance(call, instance, [&](TicketUpdates &plugin, Call &wrapped) {
            return deliver(call, plugin.findNote(wrapped, view(ticketId), view(reference)));
        });
    }

    static psa_status change(const psa_call *call, psa_instance *instance, psa_str ticketId, psa_str json) noexcept
    {
        return onInstance(call, instance, [&](TicketUpdates &plugin, Call &wrapped) {
            return deliver(call, plugin.change(wrapped, view(ticketId), view(json)));
        });
    }

    static psa_status activity(const psa_call *call, psa_instance *instance, psa_str ticketId,
                               psa_str watermark) noexcept
    {
        return onInstance(call, instance, [&](TicketUpdates &plugin, Call &wrapped) {
            return deliver(call, plugin.activity(wrapped, view(ticketId), view(watermark)));
        });
    }

    static psa_status removeNote(const psa_call *call, psa_instance *instance, psa_str ticketId,
                                 psa_str noteId) noexcept
    {
        return onInstance(call, instance, [&](NoteRemoval &plugin, Call &wrapped) {
            plugin.removeNote(wrapped, view(ticketId), view(noteId));
            return PSA_OK;
        });
    }

    static const psa_update_ticket *updateTable() noexcept
    {
        static constexpr psa_update_ticket table = [] {
            psa_update_ticket made{
                sizeof(psa_update_ticket), 0, &describeUpdates, &addNote, &findNote, &change, &activity, nullptr};
            if constexpr (std::is_base_of_v<NoteRemoval, T>)
                made.remove_note = &removeNote;
            return made;
        }();
        return &table;
    }

    static const void *getExtension(const psa_host *, const char *id) noexcept
    {
        if (id == nullptr)
            return nullptr;
        if constexpr (std::is_base_of_v<FindTicket, T>)
        {
            static constexpr psa_find_ticket table{sizeof(psa_find_ticket), 0, &find};
            if (std::strcmp(id, PSA_FIND_TICKET_ID) == 0)
                return &table;
        }
        if constexpr (std::is_base_of_v<Choices, T>)
        {
            static constexpr psa_choices table{sizeof(psa_choices), 0, &list};
            if (std::strcmp(id, PSA_CHOICES_ID) == 0)
                return &table;
        }
        if constexpr (std::is_base_of_v<TicketReader, T>)
        {
            static constexpr psa_ticket table{sizeof(psa_ticket), 0, &read};
            if (std::strcmp(id, PSA_TICKET_ID) == 0)
                return &table;
        }
        if constexpr (std::is_base_of_v<TicketUpdates, T>)
            if (std::strcmp(id, PSA_UPDATE_TICKET_ID) == 0)
                return updateTable();
        return nullptr;
    }

    static const psa_plugin_api *enter(const psa_host *host) noexcept
    {
        static constexpr psa_plugin_api api{sizeof(psa_plugin_api),
                                            PSA_ABI_MAJOR,
                                            PSA_ABI_MINOR,
                                            PSA_TARGET_MINOR,
                                            &describe,
                                            &create,
                                            &destroy,
                                            &configure,
                                            &test,
                                            &createTicket,
                                            &getExtension};
        // Of a host of another major only the first two words are known: not even a log line is possible.
        return host == nullptr || host->abi_major != PSA_ABI_MAJOR ? nullptr : &api;
    }
};

} // namespace psa::detail

#endif
