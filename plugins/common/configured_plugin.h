#pragma once

#include "common/json.h"

#include <psa/error.hpp>
#include <psa/plugin.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace psa::plugins {

/// The plugin as seen by the host: it keeps the configuration and nothing else between calls. `Verbs` implements it
/// with static members:
///
///     using Configuration = ...;  Configuration parse(std::string_view json);
///     using Client = ...;         constructed from psa::Host, psa::Call & and const Configuration &, for the duration
///     of a call
///     const char *fields;         what to enter if there is no configuration yet
///     std::string describe(), test(Client &), create(Client &, reference, ticket), find(Client &, reference),
///                 list(Client &, query), read(Client &, ticketId)
template <class Verbs>
class ConfiguredPlugin : public psa::Plugin, public psa::FindTicket, public psa::Choices, public psa::TicketReader
{
public:
    explicit ConfiguredPlugin(psa::Host host) : host_(host) {}

    static std::string describe(psa::Call &) { return Verbs::describe(); }

    void configure(psa::Call &, std::string_view json) override { configuration_ = Verbs::parse(json); }

    std::string test(psa::Call &call) override
    {
        auto client = connect(call);
        return Verbs::test(client);
    }

    std::string createTicket(psa::Call &call, std::string_view reference, std::string_view ticket) override
    {
        auto client = connect(call);
        return Verbs::create(client, reference, ticket);
    }

    std::string findTicket(psa::Call &call, std::string_view reference) override
    {
        auto client = connect(call);
        return Verbs::find(client, reference);
    }

    std::string listChoices(psa::Call &call, const psa::ChoicesQuery &query) override
    {
        auto client = connect(call);
        return Verbs::list(client, query);
    }

    std::string readTicket(psa::Call &call, std::string_view ticketId) override
    {
        auto client = connect(call);
        return Verbs::read(client, ticketId);
    }

protected:
    typename Verbs::Client connect(psa::Call &call) const
    {
        if (!configuration_)
            throw psa::Error(PSA_INVALID_CONFIG, "There is no configuration yet.")
                .hint(std::string("Fill in ") + Verbs::fields + ".");
        return {host_, call, *configuration_};
    }

private:
    psa::Host host_;
    std::optional<typename Verbs::Configuration> configuration_;
};

/// A plugin that also adds notes to tickets and changes them. `Verbs` has these members, too:
///
///     std::string describeUpdates(), addNote(Client &, ticketId, reference, note), findNote(Client &, ticketId, reference),
///                 change(Client &, ticketId, change), activity(Client &, ticketId, watermark)
template <class Verbs>
class UpdatingPlugin : public ConfiguredPlugin<Verbs>, public psa::TicketUpdates
{
public:
    using ConfiguredPlugin<Verbs>::ConfiguredPlugin;

    static std::string describeUpdates(psa::Call &) { return Verbs::describeUpdates(); }

    std::string addNote(psa::Call &call, std::string_view ticketId, std::string_view reference,
                        std::string_view note) override
    {
        auto client = this->connect(call);
        return Verbs::addNote(client, ticketId, reference, note);
    }

    std::string findNote(psa::Call &call, std::string_view ticketId, std::string_view reference) override
    {
        auto client = this->connect(call);
        return Verbs::findNote(client, ticketId, reference);
    }

    std::string change(psa::Call &call, std::string_view ticketId, std::string_view change) override
    {
        auto client = this->connect(call);
        return Verbs::change(client, ticketId, change);
    }

    std::string activity(psa::Call &call, std::string_view ticketId, std::string_view watermark) override
    {
        auto client = this->connect(call);
        return Verbs::activity(client, ticketId, watermark);
    }
};

/// A plugin that also deletes duplicates of its notes. `Verbs` has this member, too: removeNote(Client &, ticketId, noteId).
template <class Verbs>
class NoteRemovingPlugin : public UpdatingPlugin<Verbs>, public psa::NoteRemoval
{
public:
    using UpdatingPlugin<Verbs>::UpdatingPlugin;

    void removeNote(psa::Call &call, std::string_view ticketId, std::string_view noteId) override
    {
        auto client = this->connect(call);
        Verbs::removeNote(client, ticketId, noteId);
    }
};

/// The values of a configuration document. `fields`: what to enter, for the error message.
Object::Ptr configurationValues(std::string_view json, const std::string &fields);

/// An invalid field of the configuration.
psa::Error invalidConfiguration(const std::string &field, const std::string &message, const std::string &hint);

/// The value of a required field. It is sent in a header, which a control character would end. Throws
/// psa::Error(PSA_INVALID_CONFIG).
std::string requiredValue(const Object &values, const std::string &name, const std::string &title);

} // namespace psa::plugins
