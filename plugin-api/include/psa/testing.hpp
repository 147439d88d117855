// SPDX-License-Identifier: Apache-2.0
//
// psa/testing.hpp: a host in memory, to test a plugin without psa-host and without a network. Compile the plugin's
// sources into the test and call it as a host does, through its C table. Works with any test framework.
//
//     psa::testing::FakeHost host;
//     host.on("GET", "https://api.example.com/me", psa::testing::answered(200, R"({"user":"ann"})"));
//     psa::testing::PluginUnderTest plugin(host);
//     plugin.configure(R"({"version":1,"values":{"apiKey":"key"}})");
//     const psa::testing::Outcome outcome = plugin.test(); // outcome.status, outcome.result, host.sent ...
#ifndef PSA_TESTING_HPP
#define PSA_TESTING_HPP

#include <psa/fake_host.hpp>
#include <psa/plugin.hpp>

#include <stdexcept>
#include <string>
#include <string_view>

namespace psa::testing {

/// One instance of a plugin, behind its C table.
class PluginUnderTest
{
public:
    /// `host` must outlive it; `entry`: of the plugin compiled into this program, unless you say otherwise. Throws
    /// std::runtime_error if the plugin refuses the host or makes no instance.
    explicit PluginUnderTest(FakeHost &host, psa_plugin_entry_fn entry = &psa_plugin_entry)
        : host_(host), api_(entry(host.get()))
    {
        if (api_ == nullptr)
            throw std::runtime_error("psa_plugin_entry returned NULL");
        const Outcome made = run([&](const psa_call *call) { return api_->create(call, host_.get(), &instance_); });
        if (made.status != PSA_OK)
            throw std::runtime_error("create failed: " + made.message);
    }
    PluginUnderTest(const PluginUnderTest &) = delete;
    PluginUnderTest &operator=(const PluginUnderTest &) = delete;
    ~PluginUnderTest() { api_->destroy(instance_); }

    Outcome describe() { return run(api_->describe); }
    Outcome configure(std::string_view json) { return run(api_->configure, instance_, view(json)); }
    Outcome test() { return run(api_->test, instance_); }
    Outcome createTicket(std::string_view reference, std::string_view ticketJson)
    {
        return run(api_->create_ticket, instance_, view(reference), view(ticketJson));
    }
    Outcome findTicket(std::string_view reference)
    {
        return run(extension<psa_find_ticket>(PSA_FIND_TICKET_ID).find, instance_, view(reference));
    }
    Outcome listChoices(const ChoicesQuery &query)
    {
        const psa_choices_query raw{sizeof(psa_choices_query), query.limit,        view(query.list),
                                    view(query.query),         view(query.cursor), view(query.dependsOnJson)};
        return run(extension<psa_choices>(PSA_CHOICES_ID).list, instance_, &raw);
    }
    Outcome readTicket(std::string_view id)
    {
        return run(extension<psa_ticket>(PSA_TICKET_ID).read, instance_, view(id));
    }
    Outcome describeUpdates() { return run(updates().describe); }
    Outcome addNote(std::string_view ticketId, std::string_view reference, std::string_view noteJson)
    {
        return run(updates().add_note, instance_, view(ticketId), view(reference), view(noteJson));
    }
    Outcome findNote(std::string_view ticketId, std::string_view reference)
    {
        return run(updates().find_note, instance_, view(ticketId), view(reference));
    }
    Outcome change(std::string_view ticketId, std::string_view changeJson)
    {
        return run(updates().change, instance_, view(ticketId), view(changeJson));
    }
    Outcome activity(std::string_view ticketId, std::string_view watermark)
    {
        return run(updates().activity, instance_, view(ticketId), view(watermark));
    }
    /// Throws std::runtime_error if the plugin does not delete notes.
    Outcome removeNote(std::string_view ticketId, std::string_view noteId)
    {
        if (updates().remove_note == nullptr)
            throw std::runtime_error("the plugin does not offer remove_note");
        return run(updates().remove_note, instance_, view(ticketId), view(noteId));
    }

private:
    template <class Function, class... Arguments>
    Outcome run(Function function, Arguments... arguments)
    {
        FakeHost::CallData data{host_, {}};
        const psa_call call{sizeof(psa_call),
                            0,
                            &data,
                            &FakeHost::isCancelled,
                            &FakeHost::remaining,
                            &FakeHost::callLog,
                            &FakeHost::putResult,
                            &FakeHost::putError};
        data.outcome.status = function(&call, arguments...);
        return data.outcome;
    }

    template <class Table>
    const Table &extension(const char *id)
    {
        const void *table = api_->get_extension(host_.get(), id);
        if (table == nullptr)
            throw std::runtime_error(std::string("the plugin does not offer ") + id);
        return *static_cast<const Table *>(table);
    }

    const psa_update_ticket &updates() { return extension<psa_update_ticket>(PSA_UPDATE_TICKET_ID); }

    FakeHost &host_;
    const psa_plugin_api *api_;
    psa_instance *instance_ = nullptr;
};

} // namespace psa::testing

#endif
