#include "verbs.h"

#include "common/configured_plugin.h"

namespace {

using namespace psa::plugins::autotask;

/// What ConfiguredPlugin needs to know about Autotask.
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
    static std::string describe() { return descriptor(PSA_PLUGIN_ID, PSA_PLUGIN_VERSION); }
};

} // namespace

PSA_PLUGIN(psa::plugins::ConfiguredPlugin<Autotask>)
