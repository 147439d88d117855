#include "verbs.h"

#include "common/configured_plugin.h"

namespace {

using namespace psa::plugins::autotask;

/// What UpdatingPlugin needs to know about Autotask.
struct Autotask
{
    using Configuration = psa::plugins::autotask::Configuration;
    using Client = psa::plugins::autotask::Client;
    static constexpr const char *fields = "Integration Code, API User and API Secret";

    static constexpr auto parse = &parseConfiguration;
    static constexpr auto test = &testConnection;
    static constexpr auto create = &createTicket;
    static constexpr auto find = &findTickets;
    static constexpr auto list = &listChoices;
    static constexpr auto read = &readTicket;
    static constexpr auto addNote = &psa::plugins::autotask::addNote;
    static constexpr auto findNote = &psa::plugins::autotask::findNote;
    static constexpr auto change = &changeTicket;
    static constexpr auto activity = &ticketActivity;
    static constexpr auto describeUpdates = &psa::plugins::autotask::describeUpdates;
    static std::string describe() { return descriptor(PSA_PLUGIN_ID, PSA_PLUGIN_VERSION); }
};

} // namespace

PSA_PLUGIN(psa::plugins::UpdatingPlugin<Autotask>)
